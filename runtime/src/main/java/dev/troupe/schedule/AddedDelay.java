package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import java.util.Comparator;
import java.util.List;

/// The engine on which a call delays all calls least, itself among them.
///
/// On an engine with n calls that hold k tokens in its KV cache, a call with p uncached of P prompt
/// tokens and an output of o tokens adds
///
/// ```
/// prefill time of p × (1 + n)                    its prefill stops the others
/// + o × (decode time + k × KV read time)         its own tokens take as long as the batch's
/// + o × P × KV read time × n                     its context is read in each step of theirs
/// ```
///
/// A cached prefix and a short batch are weighed in one unit, so no bound on load is needed: a
/// popular engine becomes dear by itself.
///
/// When the best engine has no room, the call waits for it until its waiting has cost what moving
/// would. Where the best engine holds more of the prompt than those with room, and these are busy
/// enough with calls of their own, it waits longer, though not for ever: a cache is worth more than
/// the prefill that it saves once, since the program comes back to it.
///
/// What a request costs those it is batched with is also what Preble weighs: Srivatsa et al.,
/// [Preble](https://arxiv.org/abs/2407.00023), section 3.2.
final class AddedDelay implements Placement {

  private final CostSettings prices;
  private final double takesOverBelow;
  private final long homeHoldNanos;

  /// @param takesOverBelow how full an engine may be, 0–1, to take a call from a warmer one at once
  ///     when waiting has cost as much
  /// @param homeHoldNanos how long a fuller one leaves it waiting
  AddedDelay(CostSettings prices, double takesOverBelow, long homeHoldNanos) {
    this.prices = prices;
    this.takesOverBelow = takesOverBelow;
    this.homeHoldNanos = homeHoldNanos;
  }

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    var least = Comparator.<Candidate>comparingDouble(engine -> addedNanos(waiting, engine));
    var best = candidates.stream().min(least).orElseThrow();
    var open = candidates.stream().filter(Candidate::hasRoom).min(least);
    if (open.isEmpty()) {
      return new Choice.None();
    }
    if (open.get().equals(best)) {
      return best.chosenBy(best.prefixTokens() > 0 ? "prefix" : "least-delay");
    }
    long saved = Math.round(addedNanos(waiting, open.get()) - addedNanos(waiting, best));
    boolean isWorthMore =
        best.prefixTokens() > open.get().prefixTokens() && open.get().fill() >= takesOverBelow;
    return new Choice.Hold(best.engine(), isWorthMore ? Math.max(saved, homeHoldNanos) : saved);
  }

  @Override
  public void removed(EngineId engine) {
    // Nothing is remembered of engines.
  }

  private double addedNanos(Waiting waiting, Candidate engine) {
    var call = waiting.call();
    int others = engine.inFlight();
    double prefill = prices.prefillNanos(call.promptTokens(), engine.prefixTokens());
    double token =
        prices.decodeNanosPerToken() + engine.load().kvTokens() * prices.kvReadNanosPerToken();
    return prefill * (1 + others)
        + call.outputTokens() * (token + prices.slowdownNanos(call.promptTokens()) * others);
  }
}
