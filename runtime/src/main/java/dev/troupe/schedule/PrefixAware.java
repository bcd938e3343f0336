package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The engine that holds most of the prompt in its KV cache, unless it is overloaded; else the engine
/// that served the program last, else the least loaded.
///
/// An engine takes a call for its cache's sake only while
///
/// ```
/// load + 1 ≤ ceil(factor × (all loads + 1) ÷ engines) + slack
/// ```
///
/// so that a popular beginning does not end on one engine with the others idle. Load is `in flight +
/// waiting in the engine`. Beyond the bound an engine is chosen when no other has room.
///
/// When the warmest engine within the bound has no room, the call waits for it, no longer than the
/// prefill that this saves takes:
///
/// ```
/// min(longest hold, (tokens there − most tokens where there is room) × prefill time per token)
/// ```
///
/// Bounded loads: Mirrokni et al., [Consistent Hashing with Bounded
/// Loads](https://arxiv.org/abs/1608.01350); prefix affinity against load: Srivatsa et al.,
/// [Preble](https://arxiv.org/abs/2407.00023).
final class PrefixAware implements Placement {

  private final PrefixSettings settings;
  private final long prefillNanosPerToken;

  PrefixAware(PrefixSettings settings, long prefillNanosPerToken) {
    this.settings = settings;
    this.prefillNanosPerToken = prefillNanosPerToken;
  }

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    long mostLoad = mostLoad(candidates);
    var order =
        Comparator.comparing((Candidate candidate) -> load(candidate) + 1 > mostLoad)
            .thenComparing(this::warmTokens, Comparator.reverseOrder())
            .thenComparing(candidate -> !isLast(waiting, candidate))
            .thenComparing(PrefixAware::load);
    var open = candidates.stream().filter(Candidate::hasRoom).min(order);
    if (open.isEmpty()) {
      return new Choice.None();
    }
    return warmer(open.get(), candidates, mostLoad)
        .<Choice>map(warm -> new Choice.Hold(warm.engine(), savedNanos(warm, open.get())))
        .orElseGet(() -> open.get().chosenBy(rule(waiting, open.get())));
  }

  @Override
  public void removed(EngineId engine) {
    // What engines hold is the directory's to know.
  }

  /// An engine without room that is worth waiting for.
  private Optional<Candidate> warmer(Candidate open, List<Candidate> candidates, long mostLoad) {
    return candidates.stream()
        .filter(candidate -> !candidate.hasRoom() && load(candidate) + 1 <= mostLoad)
        .filter(candidate -> warmTokens(candidate) > warmTokens(open))
        .filter(candidate -> savedNanos(candidate, open) > 0)
        .min(
            Comparator.comparing(this::warmTokens, Comparator.reverseOrder())
                .thenComparing(PrefixAware::load));
  }

  private long savedNanos(Candidate warm, Candidate open) {
    long savedTokens = (long) warm.prefixTokens() - open.prefixTokens();
    return Math.min(settings.longestHold().toNanos(), savedTokens * prefillNanosPerToken);
  }

  private String rule(Waiting waiting, Candidate candidate) {
    if (warmTokens(candidate) > 0) {
      return "prefix";
    }
    return isLast(waiting, candidate) ? "last-engine" : "least-loaded";
  }

  /// Tokens that count: a beginning shorter than the least is as good as none.
  private int warmTokens(Candidate candidate) {
    return candidate.prefixTokens() >= settings.leastTokens() ? candidate.prefixTokens() : 0;
  }

  private static boolean isLast(Waiting waiting, Candidate candidate) {
    return waiting.lastEngine().filter(candidate.engine()::equals).isPresent();
  }

  private long mostLoad(List<Candidate> candidates) {
    long load = candidates.stream().mapToLong(PrefixAware::load).sum();
    double fairShare = settings.loadFactor() * (load + 1) / candidates.size();
    return (long) Math.ceil(fairShare) + settings.loadSlack();
  }

  private static long load(Candidate candidate) {
    return (long) candidate.inFlight() + candidate.engineWaiting();
  }
}
