package dev.troupe.simulation.workload;

import dev.troupe.program.Fingerprint;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// How long a call waits once its parents have ended: for a tool, or for a user. The first calls of a
/// program have no unknown waits and are drawn none.
///
/// What is drawn for a program follows from the seed and the program's id alone, so it does not
/// change when other programs are left out.
public sealed interface WaitRule {

  /// What a reader of traces does unless told otherwise.
  static WaitRule asRecorded() {
    return new Recorded(ToolWaits.SOFTWARE_AGENT);
  }

  /// As recorded.
  ///
  /// @param unknownNanos where a wait was not recorded
  record Recorded(Distribution unknownNanos) implements WaitRule {}

  /// As recorded, but never longer than the cap, which shortens what a person's absence adds.
  ///
  /// @param unknownNanos where a wait was not recorded
  record Capped(long capNanos, Distribution unknownNanos) implements WaitRule {

    public Capped {
      if (capNanos < 0) {
        throw new IllegalArgumentException("a cap is not negative: " + capNanos);
      }
    }
  }

  /// Drawn anew for every call that has parents.
  record Drawn(Distribution nanos) implements WaitRule {}

  /// No call waits.
  record None() implements WaitRule {}

  /// @param hasParents whether the call needs another's result
  /// @param recordedNanos empty where it is unknown
  default long waitNanos(boolean hasParents, OptionalLong recordedNanos, RandomGenerator random) {
    return switch (this) {
      case Recorded rule -> known(hasParents, recordedNanos, rule.unknownNanos, random);
      case Capped rule ->
          Math.min(rule.capNanos, known(hasParents, recordedNanos, rule.unknownNanos, random));
      case Drawn rule -> hasParents ? Math.round(rule.nanos.draw(random)) : 0;
      case None _ -> 0;
    };
  }

  /// The same programs with other waits.
  default Workload applyTo(Workload workload, long seed) {
    return new Workload(
        workload.name(),
        workload.programs().stream().map(program -> applyTo(program, seed)).toList());
  }

  private ProgramTrace applyTo(ProgramTrace program, long seed) {
    var random = randomOf(program.id(), seed);
    List<CallTrace> calls =
        program.calls().stream()
            .map(call ->
                call.waiting(
                    waitNanos(
                        !call.parents().isEmpty(), OptionalLong.of(call.waitNanos()), random)))
            .toList();
    return program.with(calls);
  }

  private static long known(
      boolean hasParents,
      OptionalLong recordedNanos,
      Distribution unknownNanos,
      RandomGenerator random) {
    if (recordedNanos.isPresent()) {
      return recordedNanos.getAsLong();
    }
    return hasParents ? Math.round(unknownNanos.draw(random)) : 0;
  }

  /// The source of a program's waits.
  static RandomGenerator randomOf(String program, long seed) {
    return new SplittableRandom(Fingerprint.chain(seed, Fingerprint.of(program)));
  }
}
