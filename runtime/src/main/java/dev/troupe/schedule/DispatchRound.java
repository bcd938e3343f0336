package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.schedule.Placement.Candidate;
import dev.troupe.schedule.Placement.Choice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// One pass of a [Dispatcher] over its queue: where each call goes, or that it is passed over.
final class DispatchRound {

  private final EnginePool engines;
  private final Placement placement;
  private final AwaitedEngines awaited;
  private final Map<Call.Id, Long> passedOverNanos;
  private final long nowNanos;
  private OptionalLong wakeNanos = OptionalLong.empty();

  /// @param passedOverNanos when each call was passed over first; added to
  DispatchRound(
      EnginePool engines,
      Placement placement,
      AwaitedEngines awaited,
      Map<Call.Id, Long> passedOverNanos,
      long nowNanos) {
    this.engines = engines;
    this.placement = placement;
    this.awaited = awaited;
    this.passedOverNanos = passedOverNanos;
    this.nowNanos = nowNanos;
  }

  /// Whether a call waits for an engine that is on its way.
  boolean awaitsItsEngine(Waiting waiting) {
    var until = awaited.until(waiting, nowNanos);
    until.ifPresent(this::wakeAt);
    return until.isPresent();
  }

  /// The engine to send a call to, or empty when it is passed over.
  Optional<Choice.Place> place(Waiting waiting) {
    var candidates = engines.candidates(waiting);
    return switch (placement.place(waiting, candidates)) {
      case Choice.Place place -> Optional.of(place);
      case Choice.None _ -> Optional.empty();
      case Choice.Hold hold -> hold(waiting, candidates, hold);
    };
  }

  /// The earliest end of a hold of this round.
  OptionalLong wakeNanos() {
    return wakeNanos;
  }

  private Optional<Choice.Place> hold(
      Waiting waiting, List<Candidate> candidates, Choice.Hold hold) {
    long endsNanos = firstPassedOverNanos(waiting) + hold.atMostNanos();
    if (nowNanos < endsNanos) {
      wakeAt(endsNanos);
      return Optional.empty();
    }
    var withRoom = candidates.stream().filter(Candidate::hasRoom).toList();
    return placement.place(waiting, withRoom) instanceof Choice.Place place
        ? Optional.of(place)
        : Optional.empty();
  }

  private void wakeAt(long nanos) {
    wakeNanos = OptionalLong.of(Math.min(nanos, wakeNanos.orElse(Long.MAX_VALUE)));
  }

  private long firstPassedOverNanos(Waiting waiting) {
    return passedOverNanos.computeIfAbsent(waiting.call().id(), _ -> nowNanos);
  }
}
