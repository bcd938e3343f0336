package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One of two nodes leaves, as clients on their sockets see it.
@Timeout(120)
class LeavingEndToEndTest {

  private static final String SOON = "troupe.node.leave-notice = 1s";
  private static final int CLIENTS = 6;

  @TempDir private Path folder;
  private TestEngine engine;
  private TestNode founder;

  @BeforeEach
  void start() {
    engine = TestEngine.start("wide", "wide", 16, "--decode-micros=10000");
    founder = TestNode.start(folder.resolve("founder"), List.of(engine.entry()), SOON);
  }

  @AfterEach
  void stop() {
    founder.close();
    engine.close();
  }

  @Test
  void streamsEndWhole() {
    var leaving = join(SOON);
    var streams =
        IntStream.range(0, CLIENTS)
            .mapToObj(at -> leaving.open("p" + at, "c" + at, streamedChat("wide", "Tell", 300)))
            .toList();
    streams.forEach(stream -> stream.readTo("data: "));

    var left = CompletableFuture.runAsync(leaving::close);

    streams.forEach(stream -> assertThat(stream.readEvents().getLast()).isEqualTo("[DONE]"));
    streams.forEach(TestCall::close);
    assertThat(left).succeedsWithin(PATIENCE);
  }

  /// The founder holds the coordinators of all shards.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noCallIsRefusedOrResetAndEveryClientGoesOnAtTheOther(boolean isFounderTheOne)
      throws Exception {
    var joined = join(SOON);
    var leaving = isFounderTheOne ? founder : joined;
    var staying = isFounderTheOne ? joined : founder;
    var hasLeft = new AtomicBoolean();
    var began = new CountDownLatch(CLIENTS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(
                  at -> threads.submit(() -> callOnAndOn(at, leaving, staying, began, hasLeft)))
              .toList();
      assertThat(began.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

      leaving.close();
      hasLeft.set(true);

      for (var client : clients) {
        assertThat(client.get()).isPositive();
      }
    }
  }

  /// @return calls answered after the node has left
  private int callOnAndOn(
      int client, TestNode leaving, TestNode staying, CountDownLatch began, AtomicBoolean hasLeft) {
    int after = 0;
    try (var connection = new KeepAliveClient(leaving.port(), staying.port())) {
      for (int call = 0; after < 5; call++) {
        // Short and long ones, so that some end in every phase of the leaving.
        int tokens = call % 3 == 0 ? 100 : 5;
        boolean isAfter = hasLeft.get();
        var answer =
            connection.post(
                call % 2 == 0 ? streamedChat("wide", "Go", tokens) : chat("wide", "Go", tokens),
                "X-Program-Id: p" + client,
                "X-Call-Id: c" + client + "-" + call);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("\"error\"");
        began.countDown();
        after += isAfter ? 1 : 0;
      }
    }
    return after;
  }

  @Test
  void aStreamOverTheLimitEndsWithAnErrorThatSaysSo() {
    var leaving = join(SOON + "\ntroupe.node.drain-limit = 500ms");
    try (var stream = leaving.open("p", "c", streamedChat("wide", "Tell", 100_000))) {
      stream.readTo("data: ");

      var left = CompletableFuture.runAsync(leaving::close);

      assertThat(stream.readEvents().getLast()).contains("\"code\":\"draining\"");
      assertThat(left).succeedsWithin(PATIENCE);
    }
  }

  @Test
  void aNodeThatIsAloneIsGoneAtOnceThoughClientsKeepConnections() {
    var folderOfItsOwn = folder.resolve("alone");
    var alone = TestNode.start(folderOfItsOwn, List.of(engine.entry()), "");
    try (var client = new KeepAliveClient(alone.port())) {
      client.post(chat("wide", "Go", 1));

      // Neither the notice nor the limit of the drain is waited for.
      assertThat(CompletableFuture.runAsync(alone::close)).succeedsWithin(Duration.ofSeconds(20));
    }
  }

  private TestNode join(String settings) {
    return TestNode.start(
        folder.resolve("joined"), List.of(engine.entry()), founder.asSeed() + settings);
  }
}
