package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineSearchSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EngineSearchActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(testKit.system());
  private static final URI FIRST = URI.create("http://gpu-1:8000");
  private static final URI BROKEN = URI.create("http://gpu-1:8001");
  private static final EngineSearchSettings SETTINGS =
      new EngineSearchSettings(
          List.of(FIRST, BROKEN), Optional.empty(), Duration.ofSeconds(10), Duration.ofMinutes(10));

  private final Map<URI, Dialect> there = new ConcurrentHashMap<>();
  private final AtomicLong nowNanos = new AtomicLong();
  private final TestProbe<List<EngineDescription>> listener = testKit.createTestProbe();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void tellsAtEachLookWhichEnginesThereAre() {
    testKit.spawn(
        EngineSearchActor.create(
            SETTINGS, List.of(), this::recognize, listener.ref()::tell, nowNanos::get));

    assertThat(listener.receiveMessage()).isEmpty();

    there.put(FIRST, Dialect.VLLM);
    assertThat(afterAnInterval())
        .extracting(engine -> engine.endpoint().url())
        .containsExactly(FIRST);

    there.clear();
    assertThat(afterAnInterval()).hasSize(1);
    nowNanos.addAndGet(Duration.ofMinutes(11).toNanos());
    assertThat(afterAnInterval()).isEmpty();
  }

  private List<EngineDescription> afterAnInterval() {
    time.timePasses(SETTINGS.interval());
    return listener.receiveMessage();
  }

  private CompletableFuture<Optional<Dialect>> recognize(URI url) {
    return url.equals(BROKEN)
        ? CompletableFuture.failedFuture(new IllegalStateException("broken"))
        : CompletableFuture.completedFuture(Optional.ofNullable(there.get(url)));
  }
}
