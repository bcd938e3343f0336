package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Argument;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.run.Outcome;
import dev.troupe.run.Prices;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunWritingTest {

  /// Nobody makes it, so that its run goes on.
  private static final StepKind FUNCTION =
      new StepKind.Function("f", new Argument.Merged(Map.of()));

  private final Run run = new Run();

  @Test
  void aRunWhosePlanCannotGoOnIsAborted() {
    submit(FUNCTION);

    assertThat(RunWriting.afterRefusal(run, refused(RunRefusal.Code.TOO_LARGE)))
        .contains(new RunCommand.Abort("its plan cannot go on: why"));
  }

  @Test
  void aRunThatIsAboutToEndIsLeftToEnd() {
    submit(FUNCTION);

    assertThat(RunWriting.afterRefusal(run, refused(RunRefusal.Code.RUN_STOPPING))).isEmpty();
  }

  @Test
  void aRunThatIsOverIsNotAborted() {
    submit(new StepKind.Join(StepKind.Join.How.LIST));

    assertThat(run.state().isTerminal()).isTrue();
    assertThat(RunWriting.afterRefusal(run, refused(RunRefusal.Code.RUN_COMPLETED))).isEmpty();
  }

  @Test
  void aPlanGoesOnWithWhatWasTaken() {
    assertThat(RunWriting.afterRefusal(run, submit(FUNCTION))).isEmpty();
  }

  private Outcome submit(StepKind kind) {
    var plan = Plan.of(List.of(new Step(new StepId("a"), kind, List.of())));
    return new RunDecisions(Prices.NONE)
        .decide(
            run, RunCommand.Submit.of(new RunId("r"), plan, RunPolicy.DEFAULT), 1, new Random(1));
  }

  private static Outcome refused(RunRefusal.Code code) {
    return new Outcome(List.of(), List.of(), Optional.of(new RunRefusal(code, "why")));
  }
}
