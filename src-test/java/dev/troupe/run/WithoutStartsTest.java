package dev.troupe.run;

import static dev.troupe.run.Steps.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Decisions for a run that is about to go on elsewhere.
class WithoutStartsTest {

  private final Run run = new Run();
  private final Random random = new Random(1);
  private final RunDecisions usual = new RunDecisions(Prices.NONE);
  private final RunDecisions leaving = usual.withoutStarts();

  private Outcome submitted(RunDecisions decisions) {
    var plan = Plan.of(List.of(step("a"), step("b", "a")));
    return decisions.decide(
        run, RunCommand.Submit.of(new RunId("r"), plan, RunPolicy.DEFAULT), 0, random);
  }

  private static RunCommand finished(String step) {
    return new RunCommand.StepOutcome(
        new StepId(step), 1, new RunCommand.Finished(TextNode.valueOf("x"), Consumption.CALL));
  }

  @Test
  void keepsTheEndOfAStepAndStartsNoneAfterIt() {
    submitted(usual);

    var outcome = leaving.decide(run, finished("a"), 1, random);

    assertThat(outcome.events())
        .extracting(Recorded::event)
        .allMatch(event -> event instanceof RunEvent.StepFinished);
    assertThat(outcome.actions()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
  }

  @Test
  void whatWaitsStartsOnceTheRunIsElsewhere() {
    submitted(usual);
    leaving.decide(run, finished("a"), 1, random);

    var outcome = usual.decide(run, new RunCommand.Recover(Set.of()), 2, random);

    assertThat(outcome.actions())
        .anyMatch(action ->
            action instanceof RunAction.StartStep start && start.step().value().equals("b"));
  }

  @Test
  void endsTheRunWithItsLastStep() {
    submitted(usual);
    usual.decide(run, finished("a"), 1, random);

    leaving.decide(run, finished("b"), 2, random);

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void takesARunInAndDoesNotAskToBeWokenForItsStarts() {
    var outcome = submitted(leaving);

    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    assertThat(outcome.actions()).isEmpty();
  }

  @Test
  void aStepThatNobodyHadBegunWaitsAsBeforeAndNoRetryIsUsedUp() {
    submitted(usual);

    leaving.decide(run, new RunCommand.StepReturned(new StepId("a"), 1), 1, random);

    assertThat(run.count(StepState.READY)).isEqualTo(1);
    assertThat(run.steps().get(new StepId("a")).retries).isZero();
    var outcome = usual.decide(run, new RunCommand.Recover(Set.of()), 2, random);
    assertThat(outcome.actions())
        .anyMatch(action ->
            action instanceof RunAction.StartStep start
                && start.step().value().equals("a")
                && start.attempt() == 2);
  }

  @Test
  void whatIsGivenBackAfterItsEndChangesNothing() {
    submitted(usual);
    leaving.decide(run, finished("a"), 1, random);

    var outcome = leaving.decide(run, new RunCommand.StepReturned(new StepId("a"), 1), 2, random);

    assertThat(outcome.refusal()).isPresent();
    assertThat(outcome.events()).isEmpty();
  }
}
