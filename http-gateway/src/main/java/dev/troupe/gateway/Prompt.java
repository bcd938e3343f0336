package dev.troupe.gateway;

import dev.troupe.program.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/// The prompt of `/v1/completions`, as it stands between the quotes of the body. Offsets count raw
/// bytes of it.
final class Prompt {

  static final int BLOCK_BYTES = 512;

  private final byte[] bytes;
  private final int from;
  private final int length;
  private final long[] blockHashes;

  /// @param from offset after the opening quote
  /// @param to offset of the closing quote
  Prompt(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.length = to - from;
    this.blockHashes = new long[length / BLOCK_BYTES];
    long hash = 0;
    for (int block = 0; block < blockHashes.length; block++) {
      hash =
          Fingerprint.chain(hash, Fingerprint.of(bytes, from + block * BLOCK_BYTES, BLOCK_BYTES));
      blockHashes[block] = hash;
    }
  }

  int length() {
    return length;
  }

  /// Whole blocks.
  int blocks() {
    return blockHashes.length;
  }

  /// Hash of everything up to the end of a block.
  long blockHash(int block) {
    return blockHashes[block];
  }

  long hash(int start, int end) {
    return Fingerprint.of(bytes, from + start, end - start);
  }

  /// Fingerprint of so many UTF-16 characters of decoded text, from the first that is not white
  /// space. Empty when there are not so many.
  OptionalLong textHash(int start, int characters) {
    var text = new StringBuilder(characters);
    var reader = new LiteralReader(start);
    while (reader.hasNext() && text.length() < characters) {
      var next = reader.next();
      if (!text.isEmpty() || !next.isBlank()) {
        text.append(next);
      }
    }
    return text.length() == characters
        ? OptionalLong.of(Fingerprint.of(text.toString()))
        : OptionalLong.empty();
  }

  /// Decodes a JSON string that a parser has found to be well formed, character by character.
  private final class LiteralReader {

    private int at;

    LiteralReader(int start) {
      this.at = from + start;
    }

    boolean hasNext() {
      return at < from + length;
    }

    /// One UTF-16 character or, outside the basic plane, both of a pair.
    String next() {
      byte first = bytes[at];
      if (first == '\\') {
        return escaped();
      }
      int size = first >= 0 ? 1 : first < (byte) 0xe0 ? 2 : first < (byte) 0xf0 ? 3 : 4;
      at += size;
      return new String(bytes, at - size, size, StandardCharsets.UTF_8);
    }

    private String escaped() {
      char kind = (char) bytes[at + 1];
      at += 2;
      return switch (kind) {
        case 'n' -> "\n";
        case 't' -> "\t";
        case 'r' -> "\r";
        case 'b' -> "\b";
        case 'f' -> "\f";
        case 'u' -> {
          at += 4;
          var digits = new String(bytes, at - 4, 4, StandardCharsets.US_ASCII);
          yield String.valueOf((char) Integer.parseInt(digits, 16));
        }
        default -> String.valueOf(kind);
      };
    }
  }
}
