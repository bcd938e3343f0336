package dev.troupe.schedule;

import dev.troupe.program.Call;

/// What the engines of a pool hold of the prompts of waiting calls.
@FunctionalInterface
public interface Warmth {

  /// No engine holds anything.
  Warmth COLD = _ -> 0;

  /// Tokens of its prompt in the KV cache of the engine that holds most of it.
  int mostCachedTokens(Call call);
}
