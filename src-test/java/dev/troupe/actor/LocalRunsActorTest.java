package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.actor.LocalRunsActor.AskRoom;
import dev.troupe.actor.LocalRunsActor.Holds;
import dev.troupe.metrics.RunInstruments;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunRoom;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LocalRunsActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestProbe<RunActor.Command> run = KIT.createTestProbe();
  private final TestProbe<Done> node = KIT.createTestProbe();
  private ActorRef<LocalRunsActor.Command> runs;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    runs = KIT.spawn(LocalRunsActor.create(new RunRoom.Limits(2, 100), new RunInstruments()));
  }

  private void leave() {
    runs.tell(new LocalRunsActor.Leave(LIMIT, node.getRef()));
  }

  @Test
  void withoutRunsNothingIsWaitedFor() {
    leave();

    node.receiveMessage();
  }

  @Test
  void theNodeLeavesOnceARunHasNothingToLose() {
    runs.tell(new LocalRunsActor.Begun(run.getRef()));
    leave();
    assertThat(run.receiveMessage()).isEqualTo(new RunActor.Leave());
    node.expectNoMessage(Duration.ZERO);

    runs.tell(new LocalRunsActor.Settled(run.getRef()));

    node.receiveMessage();
  }

  @Test
  void aRunThatEndsIsNotWaitedFor() {
    runs.tell(new LocalRunsActor.Begun(run.getRef()));
    leave();

    run.stop();

    node.receiveMessage();
  }

  @Test
  void aRunThatBeginsHereMeanwhileStartsNothingEither() {
    leave();
    node.receiveMessage();

    runs.tell(new LocalRunsActor.Begun(run.getRef()));

    assertThat(run.receiveMessage()).isEqualTo(new RunActor.Leave());
  }

  @Test
  void everyoneWhoAsksIsAnsweredAtTheLimitOfTheFirst() {
    var other = KIT.<Done>createTestProbe();
    runs.tell(new LocalRunsActor.Begun(run.getRef()));
    leave();
    run.receiveMessage();
    TIME.timePasses(LIMIT.minusSeconds(1));
    runs.tell(new LocalRunsActor.Leave(LIMIT, other.getRef()));
    node.expectNoMessage(Duration.ZERO);

    TIME.timePasses(Duration.ofSeconds(1));

    node.receiveMessage();
    other.receiveMessage();
  }

  private static RunActor.Ask ask() {
    return new RunActor.Ask(
        new RunCommand.Pause(), KIT.<RunActor.Reply>createTestProbe().getRef(), false);
  }

  private static RunRefusal.Code refusal(TestProbe<RunActor.Command> of) {
    return of.expectMessageClass(RunActor.Roomed.class).refusal().orElseThrow().code();
  }

  @Test
  @Tag("TR-3")
  void whatThereIsNoRoomForIsRefusedUntilRunsHaveEnded() {
    var other = KIT.<RunActor.Command>createTestProbe();
    runs.tell(new LocalRunsActor.Begun(run.getRef()));
    runs.tell(new AskRoom(run.getRef(), ask(), 0, 80));
    assertThat(run.expectMessageClass(RunActor.Roomed.class).refusal()).isEmpty();
    runs.tell(new Holds(run.getRef(), 80, 80, false));

    runs.tell(new AskRoom(other.getRef(), ask(), 0, 21));
    assertThat(refusal(other)).isEqualTo(RunRefusal.Code.GRAPH_FULL);
    runs.tell(new AskRoom(other.getRef(), ask(), 0, 101));
    assertThat(refusal(other)).isEqualTo(RunRefusal.Code.TOO_LARGE);
    runs.tell(new AskRoom(run.getRef(), ask(), 80, 21));
    assertThat(refusal(run)).isEqualTo(RunRefusal.Code.TOO_LARGE);
    run.stop();

    other.awaitAssert(() -> {
      runs.tell(new AskRoom(other.getRef(), ask(), 0, 21));
      assertThat(other.expectMessageClass(RunActor.Roomed.class).refusal()).isEmpty();
      return null;
    });
  }

  @Test
  @Tag("TR-3")
  void aRunThatIsOverMakesRoomForOthers() {
    var other = KIT.<RunActor.Command>createTestProbe();
    runs.tell(new LocalRunsActor.Begun(run.getRef()));
    runs.tell(new Holds(run.getRef(), 0, 90, true));

    runs.tell(new AskRoom(other.getRef(), ask(), 0, 60));

    assertThat(other.expectMessageClass(RunActor.Roomed.class).refusal()).isEmpty();
    assertThat(run.receiveMessage()).isEqualTo(new RunActor.MakeRoom());
  }
}
