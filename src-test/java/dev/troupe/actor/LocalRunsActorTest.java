package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalRunsActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
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
    runs = KIT.spawn(LocalRunsActor.create());
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
}
