package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineLoad;
import dev.troupe.program.Call;

/// How much of what an engine's memory would hold it is handed, so that its tokens stay quick.
///
/// Each step of a batch reads the KV cache of all its calls, so an engine is *quick* while the KV tokens
/// in flight are below a bound ([PaceSettings]). A call goes to a quick one. While there is none, calls
/// wait where they can be put in a better order, and where short ones can pass them; but the call whose
/// turn it is goes all the same, to any engine with room, if it costs no more than
///
/// ```
/// max slowdown × mean cost of the calls sent lately
/// ```
///
/// Order repays holding calls back only where they are unlike. One like all others gains nothing by
/// waiting, since what goes before it is no shorter, while a larger batch serves more of them in a
/// second; a dear one slows down many that end soon. The mean is harmonic, weighted towards the latest
/// calls: an engine ends as many calls in a second as it gets from `1 ÷ cost` of each.
///
/// A call that is held back holds up those behind it. Otherwise cheap ones that come after it would keep
/// all engines full, and it would starve.
///
/// Mutable, confined.
final class Pace {

  /// Calls sent of which the mean is taken, by their weights.
  private static final int LATELY = 64;

  private final PaceSettings settings;
  private final EnginePrices prices;
  // Mean of 1 ÷ cost of the calls sent; 0 before the first.
  private double callsPerNano;

  Pace(PaceSettings settings, EnginePrices prices) {
    this.settings = settings;
    this.prices = prices;
  }

  /// Whether an engine generates tokens quickly with what it holds. One of which it is not known how
  /// much its KV cache holds counts as quick.
  boolean isQuick(EngineLoad load, Credit spare) {
    return spare.kvTokens() == Credit.UNLIMITED || load.kvTokens() < settings.kvTokens();
  }

  /// How much of what leaves it quick an engine holds; 1 and more when it is quick no longer, and
  /// nothing where it always counts as quick.
  double fill(EngineLoad load, Credit spare) {
    return spare.kvTokens() == Credit.UNLIMITED
        ? 0
        : (double) load.kvTokens() / settings.kvTokens();
  }

  /// Whether a call may go to an engine that is not quick.
  ///
  /// @param cachedTokens tokens of its prompt that the engine which holds most of it has
  boolean isLetThrough(Call call, int cachedTokens) {
    return settings.passAlike()
        && costNanos(call, cachedTokens) * callsPerNano <= settings.maxSlowdown();
  }

  /// A call was sent.
  ///
  /// @param cachedTokens as above
  void sent(Call call, int cachedTokens) {
    double perNano = 1 / costNanos(call, cachedTokens);
    callsPerNano += callsPerNano == 0 ? perNano : (perNano - callsPerNano) / LATELY;
  }

  /// Of a call without a token too, it is more than nothing.
  private double costNanos(Call call, int cachedTokens) {
    return Math.max(1, prices.callNanos(call.promptTokens(), cachedTokens, call.outputTokens()));
  }
}
