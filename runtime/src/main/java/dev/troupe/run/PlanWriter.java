package dev.troupe.run;

import dev.troupe.plan.StepId;
import java.time.Duration;
import java.util.List;

/// Writes the plan of a run while that runs. What is next is read from the run's state, so that a run that
/// was rebuilt goes on. Confined to whoever owns the run.
public sealed interface PlanWriter permits AnalysedPlan, LlmCompiler {

  /// @param analysisLimit how long a model may think about dependencies
  /// @param analyses with what models said of dependencies before
  static PlanWriter of(Planning planning, Duration analysisLimit, Analyses analyses) {
    return switch (planning) {
      case Planning.Analysed analysed -> new AnalysedPlan(analysed, analysisLimit, analyses);
      case Planning.Compiled compiled -> new LlmCompiler(compiled);
    };
  }

  /// What follows from the state of the run; to be asked after every command that it took, until there is
  /// nothing more.
  List<RunCommand> next(Run run);

  /// Whether what this step writes is wanted while it is written.
  boolean reads(StepId step);

  /// Some more of what a step writes.
  List<RunCommand> feed(Run run, StepId step, String text);
}
