package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.DependencyAnalysis;
import dev.troupe.plan.DependencyAnalysis.Found;
import dev.troupe.plan.LlmAnalysis;
import dev.troupe.plan.Message;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Outline;
import dev.troupe.plan.Retry;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.StepPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

  /// Of an answer: some prose, and some tokens for each item.
  private static final int PROSE_TOKENS = 1_024;

  private static final int ITEM_TOKENS = 16;

  private final Planning.Analysed planning;
  private final Duration limit;
  private final Answers answers;

  AnalysedPlan(Planning.Analysed planning, Duration limit, Answers answers) {
    this.planning = planning;
    this.limit = limit;
    this.answers = answers;
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
    if (!planning.asksModel()) {
      var strategy = planning.analysis().strategy();
      return List.of(found(DependencyAnalysis.of(planning.outline(), strategy), false));
    }
    var step = run.steps().find(id());
    if (step == null) {
      return List.of(
          answers
              .find(key(run))
              .map(answer -> found(answered(answer), true))
              .orElseGet(this::asked));
    }
    return step.state.isEnded() ? List.of(found(outcome(run, step), false)) : List.of();
  }

  @Override
  public boolean reads(StepId step) {
    return false;
  }

  @Override
  public List<RunCommand> feed(Run run, StepId step, String text) {
    return List.of();
  }

  private Found outcome(Run run, StepProgress step) {
    if (step.state != StepState.COMPLETED || step.result == null) {
      return DependencyAnalysis.unanswered(
          planning.outline(), step.failure().message(), planning.analysis().fallback());
    }
    var answer = Arguments.text(step.result);
    var found = answered(answer);
    if (found.used() == DependencyAnalysis.Strategy.LLM_BASED) {
      answers.keep(key(run), answer);
    }
    return found;
  }

  private Found answered(String answer) {
    return DependencyAnalysis.answered(planning.outline(), answer, planning.analysis().fallback());
  }

  private RunCommand found(Found found, boolean isRemembered) {
    ObjectNode note = JsonNodeFactory.instance.objectNode();
    note.put("strategy_used", found.used().name().toLowerCase(Locale.ROOT));
    note.put("reason", String.join("; ", found.reasons()));
    note.put("is_remembered", isRemembered);
    return new RunCommand.CompletePlan(found.applied(planning.steps()), NOTE, note);
  }

  private String key(Run run) {
    ModelRef asked =
        switch (planning.model()) {
          case ModelRef.Named named -> named;
          case ModelRef.InRole role ->
              run.memory().model(role.role()).<ModelRef>map(ModelRef.Named::new).orElse(role);
        };
    return LlmAnalysis.cacheKey(planning.outline(), asked);
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
    Outline outline = planning.outline();
    var question = LlmAnalysis.question(outline);
    var kind =
        new StepKind.Llm(
            planning.model(),
            List.of(message("system", question.system()), message("user", question.user())),
            Map.of(),
            OptionalInt.of(PROSE_TOKENS + ITEM_TOKENS * outline.items().size()),
            JsonNodeFactory.instance.objectNode().put("temperature", 0));
    var policy = StepPolicy.DEFAULT.withOptional(true).withRetry(Retry.NONE).withTimeout(limit);
    return new RunCommand.AddSteps(List.of(new Step(id(), kind, List.of(), policy, Map.of())));
  }

  private static Message message(String role, String text) {
    return new Message(role, new Argument.Literal(TextNode.valueOf(text)));
  }
}
