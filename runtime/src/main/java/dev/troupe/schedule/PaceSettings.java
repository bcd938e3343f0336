package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.WindowSettings;

/// How slow an engine's tokens may become. See [Pace].
///
/// @param maxSlowdown how many times as long a token may take, because of the KV cache that the batch
///     around it reads; more than 1
/// @param kvTokens tokens of KV cache in flight with which it takes that long; [Credit#UNLIMITED] where
///     nothing is held back
public record PaceSettings(double maxSlowdown, long kvTokens) {

  /// With a fixed window the operator says what an engine holds, however long its tokens take.
  static PaceSettings of(WindowSettings window, EnginePrices prices) {
    double slowdown = window.maxSlowdown();
    double decodes = prices.decodeNanosPerToken() / prices.kvReadNanosPerToken();
    return switch (window.kind()) {
      case FIXED -> new PaceSettings(slowdown, Credit.UNLIMITED);
      case ADAPTIVE ->
          new PaceSettings(
              slowdown, (long) Math.clamp((slowdown - 1) * decodes, 1, Credit.UNLIMITED));
    };
  }
}
