package dev.troupe.schedule;

import dev.troupe.program.PrefixChain;

/// What the engines of a pool hold of prompts.
@FunctionalInterface
public interface Warmth {

  /// No engine holds anything.
  Warmth COLD = _ -> 0;

  /// Tokens of a prompt in the KV cache of the engine that holds most of it.
  int mostCachedTokens(PrefixChain prefix);
}
