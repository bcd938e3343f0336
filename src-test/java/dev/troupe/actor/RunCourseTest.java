package dev.troupe.actor;

import static dev.troupe.actor.PlayedRun.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunState;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunCourseTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final PlayedRun run = new PlayedRun(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aStepStartsAndAnybodyIsToldOnlyOnceTheEventsAreKept() {
    run.journal.read(List.of());
    run.submit(Durability.SYNC, 1);
    var append = run.journal.append();

    assertThat(run.steps.isAny()).isFalse();
    run.replies.expectNoMessage(Duration.ZERO);
    append.complete(Done.getInstance());

    assertThat(run.replies.receiveMessage().state()).isEqualTo(RunState.RUNNING);
    assertThat(run.steps.next().step().step().value()).isEqualTo("s1");
  }

  @Test
  void whatIsAskedOfARunThatIsNotKeptYetIsAnsweredWithIt() {
    run.journal.read(List.of());
    run.submit(Durability.SYNC, 1);
    var append = run.journal.append();

    run.submit(Durability.SYNC, 1);

    run.replies.expectNoMessage(Duration.ofMillis(50));
    append.complete(Done.getInstance());
    assertThat(run.replies.receiveMessage().refusal()).isEmpty();
    assertThat(run.replies.receiveMessage().refusal()).isPresent();
  }

  @Test
  void aRunThatDoesNotWaitForStorageStartsItsStepsAtOnce() {
    run.journal.read(List.of());
    run.submit(Durability.ASYNC, 1);

    assertThat(run.steps.next().step().step().value()).isEqualTo("s1");
    assertThat(run.replies.receiveMessage().refusal()).isEmpty();
    assertThat(run.journal.append()).isNotDone();
  }

  @Test
  void whereStorageHasCaughtUpNothingComesBeforeWhatStillWaitsForIt() {
    var run = new PlayedRun(KIT, "troupe.run.max-unkept = 3");
    run.journal.read(List.of());
    run.submit(Durability.ASYNC, 2);
    var first = run.journal.append();
    run.steps.next();
    run.replies.receiveMessage();
    // Of four events that are not kept, the last is the start of another step.
    run.steps.finish("s1");
    first.complete(Done.getInstance());
    var second = run.journal.append();

    run.ask(new RunCommand.Signal("name", TextNode.valueOf("x")));

    run.replies.expectNoMessage(Duration.ofMillis(50));
    assertThat(run.steps.isAny()).isFalse();
    second.complete(Done.getInstance());
    assertThat(run.steps.next().step().step().value()).isEqualTo("s2");
    run.journal.append().complete(Done.getInstance());
    assertThat(run.replies.receiveMessage().refusal()).isEmpty();
  }

  @Test
  void aRunThatIsNotKeptNeverAsksTheJournal() {
    run.journal.read(List.of());
    run.submit(Durability.NONE, 1);
    run.steps.next();
    run.steps.finish("s1");

    var all = run.follow(1, PATIENCE);
    while (!all.isOver()) {
      all = run.follow(all.events().getLast().sequence() + 1, PATIENCE);
    }
    assertThat(run.journal.appends).isEmpty();
  }
}
