package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import java.util.List;
import java.util.Optional;

/// The engine on which a call delays all calls least, itself among them.
///
/// On an engine with n calls that hold k tokens in its KV cache, a call with p uncached of P prompt
/// tokens, q of which another engine has cached, and an output of o tokens adds
///
/// ```
/// prefill time of p × (1 + n)                    its prefill stops the others
/// + w × prefill time of q × (1 + n)              what the copy pushes out is computed again
/// + o × (decode time + k × KV read time)         its own tokens take as long as the batch's
/// + o × P × KV read time × n                     its context is read in each step of theirs
/// ```
///
/// A cached prefix and a short batch are weighed in one unit, so no bound on load is needed: a
/// popular engine becomes dear by itself. What has to be computed somewhere takes its room on whichever
/// engine that is, and counts once. A copy of what is cached takes room from something else, and its
/// prefill counts 1 + w times ([DelaySettings#copyWeight]).
///
/// When the best engine has no room, the call waits for it until its waiting has cost what moving
/// would; and as long as it takes while the engines with room are busy with calls that are better off
/// there. That keeps programs where their caches are, and long prompts on few engines, where they stop
/// few others. An engine much smaller than those with room is not waited for so long.
///
/// What a request costs those it is batched with is also what Preble weighs: Srivatsa et al.,
/// [Preble](https://arxiv.org/abs/2407.00023), section 3.2.
final class AddedDelay implements Placement {

  private final EnginePrices prices;
  private final DelaySettings settings;

  AddedDelay(EnginePrices prices, DelaySettings settings) {
    this.prices = prices;
    this.settings = settings;
  }

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    var best = candidates.getFirst();
    double bestNanos = Double.POSITIVE_INFINITY;
    Optional<Candidate> open = Optional.empty();
    double openNanos = Double.POSITIVE_INFINITY;
    int mostCached = mostCached(candidates);
    for (var engine : candidates) {
      double nanos = addedNanos(waiting.call(), engine, mostCached);
      if (nanos < bestNanos) {
        best = engine;
        bestNanos = nanos;
      }
      if (engine.hasRoom() && nanos < openNanos) {
        open = Optional.of(engine);
        openNanos = nanos;
      }
    }
    if (open.isEmpty()) {
      return new Choice.None();
    }
    if (best.hasRoom()) {
      return best.chosenBy(best.prefixTokens() > 0 ? "prefix" : "least-delay");
    }
    return isLeftTo(best, open.get())
        ? new Choice.None()
        : new Choice.Hold(best.engine(), Math.round(openNanos - bestNanos));
  }

  @Override
  public void removed(EngineId engine) {
    // Nothing is remembered of engines.
  }

  /// Whether an engine is busy enough to leave a call to another, which is not much smaller.
  private boolean isLeftTo(Candidate best, Candidate open) {
    double least = settings.takesOverBelow();
    return open.fill() >= least && best.load().kvTokens() >= least * open.load().kvTokens();
  }

  private static int mostCached(List<Candidate> candidates) {
    int most = 0;
    for (var engine : candidates) {
      most = Math.max(most, engine.prefixTokens());
    }
    return most;
  }

  private double addedNanos(Call call, Candidate engine, int mostCached) {
    int others = engine.inFlight();
    double prefill = prices.prefillNanos(call.promptTokens(), engine.prefixTokens());
    double copy = prices.prefillNanos(mostCached, engine.prefixTokens());
    double token =
        prices.decodeNanosPerToken() + engine.load().kvTokens() * prices.kvReadNanosPerToken();
    return (prefill + settings.copyWeight() * copy) * (1 + others)
        + call.outputTokens() * (token + prices.slowdownNanos(call.promptTokens()) * others);
  }
}
