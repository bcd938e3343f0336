package dev.troupe.actor;

import static dev.troupe.actor.PlayedRun.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunState;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunResidenceTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final PlayedRun run = new PlayedRun(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  @Tag("TR-3")
  void stepsForWhichThereIsNoRoomAreRefusedAndTakenLater() {
    run.journal.read(List.of());
    run.submit(Durability.NONE, 8);
    assertThat(run.replies.receiveMessage().refusal()).isEmpty();

    run.ask(more("x", 3));
    var refused = run.replies.receiveMessage();
    run.ask(more("y", 2));
    var taken = run.replies.receiveMessage();

    assertThat(refused.refusal().orElseThrow().code()).isEqualTo(RunRefusal.Code.GRAPH_FULL);
    assertThat(refused.state()).isEqualTo(RunState.RUNNING);
    assertThat(taken.refusal()).isEmpty();
    assertThat(run.follow(1, PATIENCE).events())
        .extracting(each -> each.event().getClass().getSimpleName())
        .containsSubsequence("Submitted", "GraphFull", "GraphResumed", "StepsAdded");
  }

  @Test
  @Tag("TR-3")
  void stepsThatNeverFitAreRefusedForGoodAndTheRunIsNotFull() {
    run.journal.read(List.of());
    run.submit(Durability.NONE, 8);
    run.replies.receiveMessage();

    run.ask(more("x", 4));

    assertThat(run.replies.receiveMessage().refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.TOO_LARGE);
    assertThat(run.follow(1, PATIENCE).events())
        .noneMatch(each -> each.event() instanceof RunEvent.GraphFull);
  }

  @Test
  @Tag("TR-3")
  void aRunThatIsOverLeavesMemoryForOthersAndOneThatGoesOnDoesNot() {
    run.journal.read(List.of());
    run.submit(Durability.NONE, 1);
    run.steps.next();
    run.tell(new RunActor.MakeRoom());
    run.passivated.expectNoMessage(Duration.ofMillis(50));

    run.steps.finish("s1");
    while (!run.follow(Long.MAX_VALUE, PATIENCE).isOver()) {
      // It says so once it is.
    }
    run.tell(new RunActor.MakeRoom());

    run.passivated.expectMessage(PATIENCE, run.actor());
  }

  @Test
  @Tag("TR-3")
  void aRunThatIsSubmittedTwiceAtOnceIsThereForTheSecondThoughThereIsNoRoomForTwo() {
    run.submit(Durability.NONE, 8);
    run.submit(Durability.NONE, 8);

    run.journal.read(List.of());

    assertThat(run.replies.receiveMessage().refusal()).isEmpty();
    assertThat(run.replies.receiveMessage().refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.RUN_EXISTS);
    assertThat(run.follow(1, PATIENCE).events())
        .noneMatch(each -> each.event() instanceof RunEvent.GraphFull);
  }

  @Test
  @Tag("TR-3")
  void aRunForWhichRoomIsAskedDoesNotLeaveBeforeItHasBegun() {
    run.journal.read(List.of());
    run.submit(Durability.NONE, 1);
    run.tell(new RunActor.MakeRoom());

    assertThat(run.replies.receiveMessage().refusal()).isEmpty();
    run.steps.next();
    run.passivated.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  @Tag("TR-3")
  void aRunLargerThanTheRoomThereIsIsNoRun() {
    run.journal.read(List.of());
    run.submit(Durability.NONE, 12);

    assertThat(run.replies.receiveMessage().refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.TOO_LARGE);
    assertThat(run.follow(1, PATIENCE).isKnown()).isFalse();
  }

  private static RunCommand more(String name, int count) {
    return new RunCommand.AddSteps(
        IntStream.range(0, count)
            .mapToObj(at ->
                new Step(
                    new StepId(name + at),
                    new StepKind.Join(StepKind.Join.How.LIST),
                    List.of(new StepId("s1"))))
            .toList());
  }
}
