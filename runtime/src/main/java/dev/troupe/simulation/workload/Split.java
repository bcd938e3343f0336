package dev.troupe.simulation.workload;

import dev.troupe.program.Fingerprint;
import java.util.List;
import java.util.stream.Collectors;

/// A workload in two parts: one to choose constants by, one to report on. A program's part follows
/// from its id and the seed, whatever else is in the workload. Arrivals stay as they are.
///
/// @param fitted about half of the programs
/// @param reported the others
public record Split(Workload fitted, Workload reported) {

  public static Split of(Workload workload, long seed) {
    var parts =
        workload.programs().stream()
            .collect(Collectors.partitioningBy(program -> isFitted(program, seed)));
    return new Split(
        new Workload(workload.name(), parts.getOrDefault(true, List.of())),
        new Workload(workload.name(), parts.getOrDefault(false, List.of())));
  }

  private static boolean isFitted(ProgramTrace program, long seed) {
    return Fingerprint.chain(seed, Fingerprint.of(program.id())) < 0;
  }
}
