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
/// When the best engine has no room, the call waits for it while the engines with room are busy
/// enough with calls that are better off there. One that is emptier than a threshold takes the
/// call over when it has waited for as long as that delays others.
///
/// What a request costs those it is batched with is also what Preble weighs: Srivatsa et al.,
/// [Preble](https://arxiv.org/abs/2407.00023), section 3.2.
final class AddedDelay implements Placement {

  private final CostSettings prices;
  private final double takesOverBelow;

  /// @param takesOverBelow how full an engine may be, 0–1, that takes a call from a full one
  AddedDelay(CostSettings prices, double takesOverBelow) {
    this.prices = prices;
    this.takesOverBelow = takesOverBelow;
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
    if (open.get().fill() >= takesOverBelow) {
      return new Choice.None();
    }
    double saved = addedNanos(waiting, open.get()) - addedNanos(waiting, best);
    return new Choice.Hold(best.engine(), Math.round(saved));
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
