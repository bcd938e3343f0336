package dev.troupe.actor;

import dev.troupe.plan.StepId;
import dev.troupe.run.Outcome;
import dev.troupe.run.PlanWriter;
import dev.troupe.run.Planning;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunRefusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What writes the plan of a run while that runs, where something does. Confined to the run's actor.
final class RunWriting {

  private final Function<Planning, PlanWriter> writers;
  private @Nullable PlanWriter writer;

  RunWriting(Function<Planning, PlanWriter> writers) {
    this.writers = writers;
  }

  /// What the run is to do now for its plan to go on.
  List<RunCommand> next(Run run) {
    return isWritten(run) ? writer(run).next(run) : List.of();
  }

  /// Whether what a step writes is wanted while it is written.
  boolean reads(Run run, StepId step) {
    return isWritten(run) && writer(run).reads(step);
  }

  List<RunCommand> feed(Run run, StepId step, String text) {
    return isWritten(run) ? writer(run).feed(run, step, text) : List.of();
  }

  /// Something that the plan needed has been decided. What writes it has nothing else to do
  /// than what was refused, but for a run that ends.
  ///
  /// @return how the run is to end, where its plan cannot go on
  static Optional<RunCommand> afterRefusal(Run run, Outcome outcome) {
    return outcome
        .refusal()
        .filter(_ -> !run.state().isTerminal())
        .filter(refusal -> refusal.code() != RunRefusal.Code.RUN_STOPPING)
        .map(refusal -> new RunCommand.Abort("its plan cannot go on: " + refusal.message()));
  }

  private static boolean isWritten(Run run) {
    return run.isOpen() && run.planning().isPresent() && !run.state().isTerminal();
  }

  private PlanWriter writer(Run run) {
    if (writer == null) {
      writer = run.planning().map(writers).orElseThrow();
    }
    return writer;
  }
}
