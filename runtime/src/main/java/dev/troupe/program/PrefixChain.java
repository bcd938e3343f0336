package dev.troupe.program;

import java.util.Arrays;

/// The beginnings of a prompt, shortest first, each as the hash of everything up to its end.
///
/// Two prompts share a beginning exactly where their chains hold an equal hash, so the deepest
/// common entry tells how much of a prompt an engine has seen before. The chain is bounded: a long
/// prompt keeps its first and its last boundaries (a shared system prompt, and the turn before).
///
/// Equality is by content. The arrays are never changed after construction.
public final class PrefixChain {

  /// More boundaries than this are thinned out by whoever builds a chain.
  public static final int MAX_LENGTH = 128;

  public static final PrefixChain EMPTY = new PrefixChain(new long[0], new int[0]);

  private final long[] hashes;
  private final int[] tokens;

  /// @param hashes hash of the prompt up to each boundary
  /// @param tokens estimated prompt tokens up to the same boundary, rising
  public PrefixChain(long[] hashes, int[] tokens) {
    if (hashes.length != tokens.length || hashes.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a chain has as many token counts as hashes, at most " + MAX_LENGTH);
    }
    this.hashes = hashes.clone();
    this.tokens = tokens.clone();
  }

  public int length() {
    return hashes.length;
  }

  public long hash(int index) {
    return hashes[index];
  }

  /// Estimated tokens of the prompt up to boundary `index`.
  public int tokens(int index) {
    return tokens[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrefixChain that
        && Arrays.equals(hashes, that.hashes)
        && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hashes);
  }

  @Override
  public String toString() {
    return "PrefixChain[" + hashes.length + " boundaries]";
  }
}
