package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.WindowSettings;

/// How slow an engine's tokens may become. See [Pace].
///
/// @param maxSlowdown how many times as long a token may take, because of the KV cache that the batch
///     around it reads; more than 1
/// @param kvTokens tokens of KV cache in flight with which it takes that long; [Credit#UNLIMITED] where
///     nothing is held back
/// @param passAlike whether calls like those sent lately are not held back
public record PaceSettings(double maxSlowdown, long kvTokens, boolean passAlike) {

  /// With a fixed window the operator says what an engine holds, however long its tokens take.
  static PaceSettings of(WindowSettings window, EnginePrices prices) {
    double decodes = prices.decodeNanosPerToken() / prices.kvReadNanosPerToken();
    long kvTokens =
        switch (window.kind()) {
          case FIXED -> Credit.UNLIMITED;
          case ADAPTIVE ->
              (long) Math.clamp((window.maxSlowdown() - 1) * decodes, 1, Credit.UNLIMITED);
        };
    return new PaceSettings(window.maxSlowdown(), kvTokens, window.passAlike());
  }
}
