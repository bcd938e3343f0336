package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.RunPolicy.Durability;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunStayTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final PlayedRun run = new PlayedRun(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void whereItsNodeLeavesNothingStartsAfterWhatRuns() {
    run.journal.read(List.of());
    run.submit(Durability.SYNC, 2);
    run.journal.append().complete(Done.getInstance());
    run.steps.next();
    run.tell(new RunActor.Leave());
    run.here.expectNoMessage(Duration.ofMillis(50));

    run.steps.finish("s1");
    var append = run.journal.append();
    run.here.expectNoMessage(Duration.ofMillis(50));
    append.complete(Done.getInstance());

    assertThat(run.here.receiveMessage()).isEqualTo(new LocalRunsActor.Settled(run.actor()));
    assertThat(run.steps.isAny()).isFalse();
    assertThat(run.journal.appends).isEmpty();
  }

  @Test
  void whereItsNodeLeavesAStepThatNobodyHasBegunIsNotWaitedFor() {
    run.journal.read(List.of());
    run.submit(Durability.SYNC, 2);
    run.journal.append().complete(Done.getInstance());
    run.steps.next();
    run.tell(new RunActor.Leave());
    run.here.expectNoMessage(Duration.ofMillis(50));

    run.steps.givenBack.complete(true);
    run.journal.append().complete(Done.getInstance());

    assertThat(run.here.receiveMessage()).isEqualTo(new LocalRunsActor.Settled(run.actor()));
    assertThat(run.steps.isAny()).isFalse();
  }

  @Test
  void aStepThatWasToStartWhenItsNodeLeftIsGivenBackToo() {
    run.journal.read(List.of());
    run.submit(Durability.SYNC, 1);
    var append = run.journal.append();
    run.tell(new RunActor.Leave());
    run.steps.givenBack.complete(true);

    append.complete(Done.getInstance());
    run.steps.next();
    run.journal.append().complete(Done.getInstance());

    assertThat(run.here.receiveMessage()).isEqualTo(new LocalRunsActor.Settled(run.actor()));
  }
}
