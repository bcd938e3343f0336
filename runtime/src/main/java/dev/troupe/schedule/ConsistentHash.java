package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.Program;
import java.util.Comparator;
import java.util.List;

/// All calls of a program to one engine, which follows from the names of both.
///
/// Rendezvous hashing: of all engines the one whose name hashes highest together with the program's.
/// An engine that comes or goes moves only the programs it gains or loses. O(engines). Load plays no
/// part, which is why this is a baseline: one busy program makes one busy engine.
final class ConsistentHash implements Placement {

  private final long longestHoldNanos;

  /// @param longestHoldNanos how long a call waits for its engine before any other will do
  ConsistentHash(long longestHoldNanos) {
    this.longestHoldNanos = longestHoldNanos;
  }

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    if (candidates.stream().noneMatch(Candidate::hasRoom)) {
      return new Choice.None();
    }
    var program = waiting.call().program();
    var home =
        candidates.stream()
            .max(Comparator.comparingLong(candidate -> weight(program, candidate.engine())))
            .orElseThrow();
    return home.hasRoom()
        ? home.chosenBy("consistent-hash")
        : new Choice.Hold(home.engine(), longestHoldNanos);
  }

  @Override
  public void removed(EngineId engine) {
    // Nothing is remembered of engines.
  }

  private static long weight(Program.Id program, EngineId engine) {
    long programHash =
        Fingerprint.chain(Fingerprint.of(program.tenant().name()), Fingerprint.of(program.value()));
    return Fingerprint.chain(programHash, Fingerprint.of(engine.value()));
  }
}
