package dev.troupe.actor;

import static dev.troupe.actor.PlayedRun.PATIENCE;
import static dev.troupe.actor.PlayedRun.chain;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.plan.StepId;
import dev.troupe.run.Consumption;
import dev.troupe.run.Prices;
import dev.troupe.run.Recorded;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.RunEvent;
import dev.troupe.run.TenantPermits.Said;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final PlayedRun run = new PlayedRun(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void whatHasFinishedIsNotMadeAgainAndWhatHadStartedIs() {
    var history = historyUpTo("s1");

    run.journal.read(history);
    run.journal.read(List.of());
    run.journal.append().complete(Done.getInstance());

    var started = run.steps.next().step();
    assertThat(started.step().value()).isEqualTo("s2");
    assertThat(started.attempt()).isEqualTo(2);
  }

  /// What a run of three has done when a step has finished and the next has started.
  private static List<Recorded> historyUpTo(String step) {
    var past = new Run();
    var decisions = new RunDecisions(Prices.NONE);
    var events = new ArrayList<Recorded>();
    events.addAll(decisions.decide(past, chain(Durability.SYNC, 3), 1, new Random(1)).events());
    var finished =
        new RunCommand.StepOutcome(
            new StepId(step), 1, new Finished(TextNode.valueOf("x"), Consumption.CALL));
    events.addAll(decisions.decide(past, finished, 2, new Random(1)).events());
    return events;
  }

  @Test
  void aHistoryThatCannotBeReadIsReadAgain() {
    run.journal.read().completeExceptionally(new IllegalStateException("storage is away"));

    run.journal.read(List.of());
    run.submit(Durability.ASYNC, 1);

    assertThat(run.replies.receiveMessage().refusal()).isEmpty();
  }

  @Test
  void aRunThatAnotherNodeHasWrittenToStopsHereAndLeavesAloneWhatGoesOnWithoutIt() {
    run.journal.read(List.of());
    run.submit(Durability.ASYNC, 1);
    run.steps.next();
    run.steps.goOnElsewhere.set(true);

    run.journal.append().completeExceptionally(new IllegalStateException("written by another"));

    KIT.<Void>createTestProbe().expectTerminated(run.actor(), PATIENCE);
    assertThat(run.steps.cancelled).isEmpty();
  }

  @Test
  void aRunThatStopsCancelsItsSteps() {
    run.journal.read(List.of());
    run.submit(Durability.ASYNC, 1);
    run.steps.next();

    KIT.stop(run.actor(), PATIENCE);

    assertThat(run.steps.cancelled).containsExactly("s1");
  }

  @Test
  void aRunStaysInMemoryAsLongAsItGoesOn() {
    run.submit(Durability.SYNC, 1);
    run.journal.read(List.of());
    run.journal.append().complete(Done.getInstance());
    run.steps.next();

    run.passivated.expectNoMessage(Duration.ofMillis(400));
    run.steps.finish("s1");
    run.journal.append().complete(Done.getInstance());

    run.passivated.expectMessage(PATIENCE, run.actor());
  }

  @Test
  void whoFollowsHearsWhatHappensAndAfterItsPatienceThatNothingHas() {
    run.journal.read(List.of());
    run.submit(Durability.ASYNC, 1);
    run.steps.next();
    run.replies.receiveMessage();

    var first = run.follow(1, PATIENCE);
    long next = first.events().getLast().sequence() + 1;
    var nothing = run.follow(next, Duration.ofMillis(1));

    assertThat(first.events().getFirst().event()).isInstanceOf(RunEvent.Submitted.class);
    assertThat(nothing.events()).isEmpty();
    assertThat(nothing.isKnown()).isTrue();
    assertThat(nothing.isOver()).isFalse();
  }

  @Test
  void ofARunThatIsNotThereNobodyHears() {
    run.journal.read(List.of());

    assertThat(run.follow(1, PATIENCE).isKnown()).isFalse();
    run.ask(new RunCommand.Abort("why"));
    assertThat(run.replies.receiveMessage().refusal()).isPresent();
  }

  @Test
  @Tag("UDF-10")
  void aRunOfATenantWithLimitsStartsWhatItIsPermittedAndGivesBackTheRest() {
    run.permits.areNeeded.set(true);
    run.journal.read(List.of());
    run.submit(Durability.NONE, 2);
    assertThat(run.permits.said()).isEqualTo(new Said(0, 0, 1));
    assertThat(run.steps.isAny()).isFalse();

    run.tell(new RunActor.Permitted(3));
    assertThat(run.permits.said()).isEqualTo(new Said(1, 3, 0));
    run.steps.next();
    run.steps.finish("s1");

    assertThat(run.permits.said()).isEqualTo(new Said(0, 3, 1));
    // Said again, in case whoever gives permits was lost.
    assertThat(run.permits.said()).isEqualTo(new Said(0, 3, 1));
    assertThat(run.steps.isAny()).isFalse();
  }
}
