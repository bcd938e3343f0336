package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.schedule.Placement.Candidate;
import dev.troupe.schedule.Placement.Choice;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// One pass of a [Dispatcher] over its queue: where each call goes, or that it is passed over.
final class DispatchRound {

  private final EnginePool engines;
  private final Placement placement;
  private final Map<Call.Id, Long> passedOverNanos;
  private final long fitPatienceNanos;
  private final long nowNanos;
  private OptionalLong wakeNanos = OptionalLong.empty();
  private Optional<EngineId> kept = Optional.empty();

  /// @param passedOverNanos when each call was passed over first; added to
  /// @param fitPatienceNanos how long others may pass a call that fits nowhere
  DispatchRound(
      EnginePool engines,
      Placement placement,
      Map<Call.Id, Long> passedOverNanos,
      long fitPatienceNanos,
      long nowNanos) {
    this.engines = engines;
    this.placement = placement;
    this.passedOverNanos = passedOverNanos;
    this.fitPatienceNanos = fitPatienceNanos;
    this.nowNanos = nowNanos;
  }

  /// The engine to send a call to, or empty when it is passed over.
  Optional<Choice.Place> place(Waiting waiting) {
    var candidates = engines.candidates(waiting, kept);
    if (candidates.stream().noneMatch(Candidate::hasRoom)) {
      keepAnEngineFor(waiting, candidates);
      return Optional.empty();
    }
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
      wakeNanos = OptionalLong.of(Math.min(endsNanos, wakeNanos.orElse(Long.MAX_VALUE)));
      return Optional.empty();
    }
    var withRoom = candidates.stream().filter(Candidate::hasRoom).toList();
    return placement.place(waiting, withRoom) instanceof Choice.Place place
        ? Optional.of(place)
        : Optional.empty();
  }

  /// Lets an engine run empty for a call that has been passed over for lack of room too long. It is
  /// the same engine every time: no later call goes there, so it remains the emptiest.
  private void keepAnEngineFor(Waiting waiting, List<Candidate> candidates) {
    boolean hasWaitedLong = nowNanos - firstPassedOverNanos(waiting) >= fitPatienceNanos;
    if (hasWaitedLong && kept.isEmpty()) {
      kept =
          candidates.stream()
              .min(Comparator.comparingInt(Candidate::inFlight))
              .map(Candidate::engine);
    }
  }

  private long firstPassedOverNanos(Waiting waiting) {
    return passedOverNanos.computeIfAbsent(waiting.call().id(), _ -> nowNanos);
  }
}
