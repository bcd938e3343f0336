package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.LlmAnalysis;
import dev.troupe.plan.Message;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Retry;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.StepPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A run whose plan says what is to be done, and not all of what waits for what: that is the run's first
/// step, where a model is asked, and else nothing's. Then the steps are added, all at once.
///
/// A question that was answered before is not asked again. Of an answer that is of no use, or none in time,
/// the run goes on with the fallback, and says so in its note [#NOTE]. The step fails no run.
final class AnalysedPlan implements PlanWriter {

  /// The note in which a run says how its dependencies were found.
  static final String NOTE = "analysis";

  private static final String STEP = "plan-analysis";

  private final Planning.Analysed planning;
  private final Duration limit;
  private final Analyses analyses;

  AnalysedPlan(Planning.Analysed planning, Duration limit, Analyses analyses) {
    this.planning = planning;
    this.limit = limit;
    this.analyses = analyses;
  }

  /// Whether a step finds out what others wait for.
  static boolean isAnalysis(StepId step) {
    return step.value().startsWith(STEP);
  }

  @Override
  public List<RunCommand> next(Run run) {
    if (run.state().isTerminal() || run.isStopping() || !run.isOpen()) {
      return List.of();
    }
    var step = run.steps().find(id());
    if (step == null) {
      return List.of(
          analyses.known(planning, model(run)).map(this::completed).orElseGet(this::asked));
    }
    return step.state.isEnded() ? List.of(completed(outcome(run, step))) : List.of();
  }

  @Override
  public boolean reads(StepId step) {
    return false;
  }

  @Override
  public List<RunCommand> feed(Run run, StepId step, String text) {
    return List.of();
  }

  private Analyses.Outcome outcome(Run run, StepProgress step) {
    return step.state == StepState.COMPLETED && step.result != null
        ? analyses.answered(planning, model(run), Arguments.text(step.result))
        : analyses.unanswered(planning, step.failure().message());
  }

  private RunCommand completed(Analyses.Outcome outcome) {
    return new RunCommand.CompletePlan(
        outcome.found().applied(planning.steps()), NOTE, outcome.json());
  }

  /// The one that a role means in this run.
  private ModelRef model(Run run) {
    return switch (planning.model()) {
      case ModelRef.Named named -> named;
      case ModelRef.InRole role ->
          run.memory().model(role.role()).<ModelRef>map(ModelRef.Named::new).orElse(role);
    };
  }

  /// No item has its name.
  private StepId id() {
    var taken = planning.steps().stream().map(step -> step.id().value()).toList();
    var name = STEP;
    for (int i = 2; taken.contains(name); i++) {
      name = STEP + "-" + i;
    }
    return new StepId(name);
  }

  private RunCommand asked() {
    var question = LlmAnalysis.question(planning.outline());
    var kind =
        new StepKind.Llm(
            planning.model(),
            List.of(message("system", question.system()), message("user", question.user())),
            Map.of(),
            OptionalInt.of(Analyses.answerTokens(planning)),
            JsonNodeFactory.instance.objectNode().put("temperature", 0));
    var policy = StepPolicy.DEFAULT.withOptional(true).withRetry(Retry.NONE).withTimeout(limit);
    return new RunCommand.AddSteps(List.of(new Step(id(), kind, List.of(), policy, Map.of())));
  }

  private static Message message(String role, String text) {
    return new Message(role, new Argument.Literal(TextNode.valueOf(text)));
  }
}
