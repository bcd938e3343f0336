package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.RestartedNodes.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestartedNodesTest {

  private static final int BATCH = 16;
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(testKit.system());

  /// By number.
  private final List<ActorRef<Void>> watched = new CopyOnWriteArrayList<>();

  private final TestProbe<Void> ended = testKit.createTestProbe();
  private final ActorRef<Command> prober =
      testKit.spawn(RestartedNodes.prober("b:1", this::nobody));

  @AfterEach
  void stop() {
    testKit.stop(prober);
  }

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void probesAtOnceAndThenAtIntervals() {
    expectBatches(1);

    time.timePasses(INTERVAL);

    expectBatches(2);
  }

  @Test
  void endsOnceAProbeIsAnsweredThatWasSentLongAfterTheNodeCameUp() {
    batches(5);

    answer(4 * BATCH);

    ended.expectTerminated(prober);
  }

  @Test
  void goesOnWhenAProbeIsAnsweredThatWasSentSoonAfterTheNodeCameUp() {
    batches(4);

    for (int probe = 0; probe < 4 * BATCH; probe++) {
      answer(probe);
    }

    time.timePasses(INTERVAL);
    expectBatches(5);
    time.timePasses(INTERVAL);
    expectBatches(6);
  }

  @Test
  void givesUpWhenNoProbeIsAnswered() {
    batches(300);

    LoggingTestKit.warn("node b:1, started again, does not answer")
        .expect(
            testKit.system(),
            () -> {
              time.timePasses(INTERVAL);
              return Done.getInstance();
            });

    ended.expectTerminated(prober);
    expectBatches(300);
  }

  private ActorRef<Void> nobody(int number) {
    assertThat(number).isEqualTo(watched.size());
    var nobody = testKit.<Void>spawn(Behaviors.empty());
    watched.add(nobody);
    return nobody;
  }

  private void answer(int number) {
    testKit.stop(watched.get(number));
  }

  private void batches(int count) {
    expectBatches(1);
    time.timePasses(INTERVAL.multipliedBy(count - 1));
    expectBatches(count);
  }

  private void expectBatches(int count) {
    ended.awaitAssert(() -> {
      assertThat(watched).hasSize(count * BATCH);
      return Done.getInstance();
    });
  }
}
