package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.ids;
import static dev.troupe.run.Steps.prompt;
import static dev.troupe.run.Steps.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.plan.DependencyAnalysis.Strategy;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Outline;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that ask a model what their steps wait for.
class AnalysedPlanTest {

  private static final String ANALYSIS = "plan-analysis";

  private final Map<String, String> answers = new HashMap<>();
  private final Answers remembered =
      new Answers() {
        @Override
        public Optional<String> find(String key) {
          return Optional.ofNullable(answers.get(key));
        }

        @Override
        public void keep(String key, String answer) {
          answers.put(key, answer);
        }
      };

  private VirtualRun run = new VirtualRun();

  private static Outline.Item item(String id, Outline.Type type) {
    return new Outline.Item(id(id), false, id, "", type, Optional.empty());
  }

  /// Two researches, and a report that only a model would have wait for the first alone.
  private static Planning.Analysed planning() {
    List<Outline.Item> items =
        List.of(
            item("a", Outline.Type.RESEARCH),
            item("b", Outline.Type.RESEARCH),
            item("c", Outline.Type.REPORTING));
    List<Step> steps = List.of(prompt("a", "A"), prompt("b", "B"), prompt("c", "C"));
    return new Planning.Analysed(
        new Outline("en", true, "", "t", items),
        steps,
        new Submission.Analysis(
            Strategy.LLM_BASED, Strategy.HEURISTIC, Optional.of(new ModelRef.Named("m"))));
  }

  private void begin(RunPolicy policy) {
    run = new VirtualRun();
    run.accepted(
        RunCommand.Submit.open(VirtualRun.ID, policy).withPlanning(Optional.of(planning())));
    goOn(run.run());
  }

  private void goOn(Run state) {
    PlanWriter writer =
        PlanWriter.of(
            state.planning().orElseThrow(), Duration.ofSeconds(9), new Analyses(remembered));
    for (List<RunCommand> next = writer.next(state); !next.isEmpty(); next = writer.next(state)) {
      next.forEach(run::accepted);
    }
  }

  private JsonNode note() {
    return run.view().notes().getOrDefault("analysis", NullNode.instance);
  }

  private List<StepId> dependencies(String step) {
    return run.run().plan().orElseThrow().step(id(step)).orElseThrow().dependencies();
  }

  private void finishAll() {
    for (String step : List.of("a", "b", "c")) {
      run.finish(step);
    }
  }

  @Test
  @Tag("UDF-4")
  void theModelsAnswerIsTheFirstStepOfTheRunAndThePlan() {
    begin(failFast());
    assertThat(run.running()).containsExactly(ANALYSIS);
    assertThat(((StepInput.Llm) run.started(ANALYSIS).input()).model()).isEqualTo("m");

    run.finish(
        ANALYSIS, text("```json\n{\"step-1\": [], \"step-2\": [], \"step-3\": [\"step-1\"]}\n```"));
    goOn(run.run());

    assertThat(run.running()).containsExactly("a", "b");
    assertThat(dependencies("c")).isEqualTo(ids("a"));
    assertThat(note().path("strategy_used").asText()).isEqualTo("llm_based");
    assertThat(note().path("reason").asText()).isEmpty();
    finishAll();
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.replayed().view()).isEqualTo(run.view());
  }

  @ParameterizedTest
  @Tag("UDF-4")
  @Tag("UDF-5")
  @ValueSource(
      strings = {
        "I cannot say.",
        "{\"batches\": [{\"steps\": [0, 1]}]}",
        "{\"batches\": [{\"steps\": [0, 1]}, {\"steps\": [1, 2]}]}",
        "{\"batches\": [{\"steps\": [0, 1, 2, 3]}]}",
        "{\"step-1\": [\"step-3\"], \"step-2\": [], \"step-3\": [\"step-1\"]}"
      })
  void anAnswerThatIsOfNoUseIsReportedAndTheFallbackTaken(String answer) {
    begin(failFast());

    run.finish(ANALYSIS, text(answer));
    goOn(run.run());

    assertThat(dependencies("c")).isEqualTo(ids("a", "b"));
    assertThat(note().path("strategy_used").asText()).isEqualTo("heuristic");
    assertThat(note().path("reason").asText()).startsWith("llm_based: ");
    finishAll();
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(answers).isEmpty();
  }

  @Test
  @Tag("UDF-5")
  void aModelThatFailsFailsNoRun() {
    for (RunPolicy.FailureMode mode : RunPolicy.FailureMode.values()) {
      begin(RunPolicy.DEFAULT.withFailureMode(mode).withFailureThreshold(0.1));

      run.fail(ANALYSIS, StepError.passing(StepError.Code.CONNECTION_LOST, "gone"));
      goOn(run.run());

      assertThat(note().path("strategy_used").asText()).isEqualTo("heuristic");
      assertThat(note().path("reason").asText()).contains("gone");
      finishAll();
      assertThat(run.state()).as(mode.toString()).isEqualTo(RunState.COMPLETED);
      assertThat(run.run().count(StepState.FAILED)).isEqualTo(1);
    }
  }

  @Test
  @Tag("UDF-5")
  void aModelThatDoesNotAnswerIsNotWaitedForLongerThanItsLimit() {
    begin(failFast());

    run.advanceTo(9_000);
    goOn(run.run());

    assertThat(run.running()).containsExactly("a", "b");
    assertThat(note().path("strategy_used").asText()).isEqualTo("heuristic");
  }

  @Test
  @Tag("UDF-6")
  void anEqualPlanIsNotAskedForAgain() {
    begin(failFast());
    run.finish(ANALYSIS, text("{\"batches\": [{\"steps\": [0]}, {\"steps\": [1, 2]}]}"));
    goOn(run.run());

    begin(failFast());

    assertThat(run.running()).containsExactly("a");
    assertThat(dependencies("c")).isEqualTo(ids("a"));
    assertThat(note().path("is_remembered").asBoolean()).isTrue();
    assertThat(note().path("strategy_used").asText()).isEqualTo("llm_based");
  }

  @Test
  @Tag("RT-22")
  void aRunThatIsRebuiltInTheMiddleAsksAgainAndGoesOn() {
    begin(failFast());

    run = run.replayed();
    run.accepted(new RunCommand.Recover(Set.of()));
    assertThat(run.running()).containsExactly(ANALYSIS);
    run.finish(ANALYSIS, text("{\"batches\": [{\"steps\": [0, 1]}, {\"steps\": [2]}]}"));
    goOn(run.run());

    assertThat(run.run().isOpen()).isFalse();
    assertThat(run.running()).containsExactly("a", "b");
  }

  @Test
  void noTenantKnowsWhatAnotherAsked() {
    var analyses = new Analyses(remembered);
    var model = ModelRef.of("m");
    analyses
        .of(new Tenant("one"))
        .answered(planning(), model, "{\"step-1\": [], \"step-2\": [], \"step-3\": [\"step-1\"]}");

    assertThat(analyses.of(new Tenant("one")).known(planning(), model)).isPresent();
    assertThat(analyses.of(new Tenant("other")).known(planning(), model)).isEmpty();
  }
}
