package dev.troupe.simulation.workload;

import java.util.Comparator;
import java.util.List;

/// Programs, by arrival.
///
/// @param name such as the name of a trace's file
public record Workload(String name, List<ProgramTrace> programs) {

  public Workload {
    programs =
        programs.stream().sorted(Comparator.comparingLong(ProgramTrace::arrivalNanos)).toList();
  }

  public int calls() {
    return programs.stream().mapToInt(program -> program.calls().size()).sum();
  }

  /// The programs that arrive first.
  ///
  /// @param programs how many at most
  public Workload head(int programs) {
    return new Workload(name, this.programs.stream().limit(programs).toList());
  }
}
