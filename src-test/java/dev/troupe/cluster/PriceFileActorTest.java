package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.OneThread;
import dev.troupe.run.Prices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RT-14")
class PriceFileActorTest {

  private static final ActorTestKit kit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(kit.system());

  @AfterAll
  static void shutdown() {
    kit.shutdownTestKit();
  }

  private static Prices fast(String model) {
    return new Prices("USD", Map.of(), Map.of("fast", model));
  }

  @Test
  void whatTheFileSaysIsKnownSoonAndWhatCannotBeReadChangesNothing() {
    List<Callable<Prices>> file = new CopyOnWriteArrayList<>(List.of(() -> fast("a")));
    var current = new AtomicReference<>(Prices.NONE);
    kit.spawn(
        PriceFileActor.create(
            () -> file.getLast().call(), current, new StorageThreads(Runnable::run)));

    await().until(() -> isKnown(current, "a"));
    file.add(() -> {
      throw new IllegalArgumentException("broken");
    });
    look();
    look();
    assertThat(current.get()).isEqualTo(fast("a"));
    file.add(() -> fast("b"));
    await().until(() -> isKnown(current, "b"));
  }

  private static boolean isKnown(AtomicReference<Prices> current, String model) {
    look();
    return fast(model).equals(current.get());
  }

  private static void look() {
    time.timePasses(Duration.ofSeconds(5));
  }
}
