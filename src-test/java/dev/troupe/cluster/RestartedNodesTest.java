package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.cluster.RestartedNodes.Command;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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
  private static final int MOST_BATCHES = 300;
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private static final ActorTestKit testKit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(testKit.system());

  /// Those to watch, by number: spawned before time passes, since a spawn asks and would time out with it.
  private final List<ActorRef<Void>> nobodies =
      Stream.generate(() -> testKit.<Void>spawn(Behaviors.empty()))
          .limit(MOST_BATCHES * BATCH)
          .toList();

  /// How many of them are watched.
  private final AtomicInteger watched = new AtomicInteger();

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
    batches(MOST_BATCHES);

    LoggingTestKit.warn("node b:1, started again, does not answer")
        .expect(
            testKit.system(),
            () -> {
              time.timePasses(INTERVAL);
              return Done.getInstance();
            });

    ended.expectTerminated(prober);
    expectBatches(MOST_BATCHES);
  }

  private ActorRef<Void> nobody(int number) {
    assertThat(number).isEqualTo(watched.getAndIncrement());
    return nobodies.get(number);
  }

  private void answer(int number) {
    testKit.stop(nobodies.get(number));
  }

  private void batches(int count) {
    expectBatches(1);
    time.timePasses(INTERVAL.multipliedBy(count - 1));
    expectBatches(count);
  }

  private void expectBatches(int count) {
    ended.awaitAssert(() -> {
      assertThat(watched).hasValue(count * BATCH);
      return Done.getInstance();
    });
  }
}
