package dev.troupe.schedule;

import dev.troupe.program.PrefixChain;
import java.util.Arrays;

/// How much of one prompt each engine holds in its KV cache, as a [PrefixDirectory] knew at some time;
/// brought up to date by it. Mutable, confined.
final class HeldPrompt {

  /// The boundary of an engine that holds nothing of the prompt.
  static final int NONE = -1;

  private final PrefixChain chain;
  // By the engines' numbers: index of the deepest boundary that each holds.
  private int[] deepest = new int[0];
  private long asOf = Long.MIN_VALUE;

  HeldPrompt(PrefixChain chain) {
    this.chain = chain;
  }

  PrefixChain chain() {
    return chain;
  }

  /// The change of the directory up to which this is right.
  long asOf() {
    return asOf;
  }

  void isAsOf(long change) {
    asOf = change;
  }

  /// The deepest boundary that an engine holds, or [#NONE].
  int deepest(int number) {
    return number < deepest.length ? deepest[number] : NONE;
  }

  void holds(int number, int boundary) {
    if (number >= deepest.length) {
      int had = deepest.length;
      deepest = Arrays.copyOf(deepest, number + 1);
      Arrays.fill(deepest, had, deepest.length, NONE);
    }
    deepest[number] = boundary;
  }

  /// Nobody is known to hold anything, of so many engines.
  void isHeldByNone(int engines) {
    deepest = new int[engines];
    Arrays.fill(deepest, NONE);
  }

  /// Tokens of the prompt up to a boundary.
  int tokens(int boundary) {
    return boundary == NONE ? 0 : chain.tokens(boundary);
  }
}
