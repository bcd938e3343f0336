package dev.troupe.gateway;

import dev.troupe.program.Fingerprint;
import dev.troupe.program.PrefixChain;
import java.util.Arrays;

/// The places of a prompt where another prompt may part from it: the end of each message, and every
/// 4 KiB inside a long text.
///
/// Parts are hashed as they are found; the chain is made at the end, because the model and the tools
/// that every hash starts from may follow the messages.
final class PromptBoundaries {

  static final int BLOCK_BYTES = 4096;

  /// Boundaries kept from the beginning of a long prompt, where system prompts are shared.
  static final int FIRST = 32;

  /// Boundaries kept from its end, where the turn before ends.
  static final int LAST = PrefixChain.MAX_LENGTH - FIRST;

  private final byte[] bytes;
  private long[] hashes = new long[64];
  private int[] lengths = new int[64];
  private int size;
  private long totalBytes;

  PromptBoundaries(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Adds the blocks of a long text that are followed by more text.
  ///
  /// @return bytes of them
  int addBlocks(int from, int to) {
    int at = from;
    while (to - at > BLOCK_BYTES) {
      addPart(Fingerprint.of(bytes, at, BLOCK_BYTES), BLOCK_BYTES);
      at += BLOCK_BYTES;
    }
    return at - from;
  }

  /// Adds the next part of the prompt; its end is a boundary.
  void addPart(long hash, int length) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * size);
      lengths = Arrays.copyOf(lengths, 2 * size);
    }
    hashes[size] = hash;
    lengths[size] = length;
    totalBytes += length;
    size++;
  }

  /// Bytes of all parts.
  long totalBytes() {
    return totalBytes;
  }

  /// @param seed hash of what stands before the messages
  /// @param seedBytes its length
  PrefixChain chain(long seed, long seedBytes, double bytesPerToken) {
    var keptHashes = new long[Math.min(size, PrefixChain.MAX_LENGTH)];
    var keptTokens = new int[keptHashes.length];
    long hash = seed;
    long bytesSoFar = seedBytes;
    int kept = 0;
    for (int at = 0; at < size; at++) {
      hash = Fingerprint.chain(hash, hashes[at]);
      bytesSoFar += lengths[at];
      if (size <= PrefixChain.MAX_LENGTH || at < FIRST || at >= size - LAST) {
        keptHashes[kept] = hash;
        keptTokens[kept] = (int) (bytesSoFar / bytesPerToken);
        kept++;
      }
    }
    return new PrefixChain(keptHashes, keptTokens);
  }
}
