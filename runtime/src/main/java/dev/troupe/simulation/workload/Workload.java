package dev.troupe.simulation.workload;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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

  public int tenants() {
    return (int) programs.stream().map(ProgramTrace::tenant).distinct().count();
  }

  /// From the first arrival to the last; empty where all come at once.
  public OptionalDouble arrivingSeconds() {
    if (programs.isEmpty()) {
      return OptionalDouble.empty();
    }
    long spanNanos = programs.getLast().arrivalNanos() - programs.getFirst().arrivalNanos();
    return spanNanos == 0 ? OptionalDouble.empty() : OptionalDouble.of(spanNanos / 1e9);
  }

  /// How long each program took when it was recorded; empty where that is not known of all.
  public Optional<double[]> servedSeconds() {
    return programs.stream().allMatch(program -> program.servedNanos().isPresent())
        ? Optional.of(
            programs.stream()
                .mapToDouble(program -> program.servedNanos().orElseThrow() / 1e9)
                .toArray())
        : Optional.empty();
  }

  /// The programs that arrive first.
  ///
  /// @param programs how many at most
  public Workload head(int programs) {
    return new Workload(name, this.programs.stream().limit(programs).toList());
  }
}
