package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import dev.troupe.simulation.Outcome;
import dev.troupe.simulation.ProgramOutcome;
import dev.troupe.simulation.Setup;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// What is kept of one run: its numbers and what a page draws. The calls of most programs are let
/// go, since a comparison has hundreds of runs.
///
/// @param responseSeconds of all programs, ascending
/// @param waitingToService of all programs, ascending
/// @param example a program whose calls can be drawn
record Result(
    Setup setup,
    String workload,
    Metrics metrics,
    List<Double> responseSeconds,
    List<Double> waitingToService,
    Optional<ProgramOutcome> example) {

  /// More calls than that are too many to tell apart in a drawing.
  private static final int EXAMPLE_CALLS = 40;

  Result {
    responseSeconds = List.copyOf(responseSeconds);
    waitingToService = List.copyOf(waitingToService);
  }

  static Result of(Outcome outcome) {
    return new Result(
        outcome.setup(),
        outcome.workload(),
        Metrics.of(outcome),
        ascending(outcome, Metrics::responseSeconds),
        ascending(outcome, Metrics::waitingToService),
        example(outcome.programs()));
  }

  private static List<Double> ascending(Outcome outcome, ToDoubleFunction<ProgramOutcome> measure) {
    return outcome.programs().stream().mapToDouble(measure).sorted().boxed().toList();
  }

  /// The same program under every policy: the longest that can be drawn.
  private static Optional<ProgramOutcome> example(List<ProgramOutcome> programs) {
    return programs.stream()
        .filter(program -> program.calls().size() <= EXAMPLE_CALLS)
        .max(
            Comparator.<ProgramOutcome>comparingInt(program -> program.calls().size())
                .thenComparing(ProgramOutcome::id));
  }
}
