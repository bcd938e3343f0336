package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.simulated.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that go away in every phase of a call, and one that is slow.
@Timeout(120)
class ClientLossEndToEndTest {

  private static final int ENDLESS = 100_000;

  /// The longest that a slot may stay with a client that has gone.
  private static final long FREE_WITHIN_MILLIS = 200;

  private static final TestEngine solo =
      TestEngine.start("solo", "solo", 1, "--decode-micros=2000");
  private static final TestEngine wide =
      TestEngine.start("wide", "wide", 8, "--decode-micros=1000");
  private static final TestEngine fast = TestEngine.start("fast", "fast", 2, "--decode-micros=0");

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    var engines = List.of(solo.entry(), wide.entry(), fast.entry());
    node = TestNode.start(folder, engines, "");
  }

  @AfterAll
  static void stop() {
    node.close();
    List.of(solo, wide, fast).forEach(TestEngine::close);
  }

  @Test
  void streamingClientThatLeavesFreesItsSlotAtOnce() {
    assertThat(
            medianMillisToFree(
                "streaming",
                () -> {
                  var call = node.open("s", "s", streamedChat("solo", "Tell", ENDLESS));
                  call.readTo("data: ");
                  return call;
                }))
        .isLessThanOrEqualTo(FREE_WITHIN_MILLIS);
  }

  /// Its tokens have all come within less than a second.
  @Test
  void streamThatItsClientCutsOffIsChargedForWhatHasComeAndCancelled() {
    var call = node.open("cutter", "cut", streamedChat("solo", "Tell", ENDLESS));
    for (int event = 0; event < 50; event++) {
      call.readTo("data: ");
    }

    call.close();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(node.callOf("cutter", "cut").path("state").asText()).isEqualTo("cancelled"));
    var cut = node.callOf("cutter", "cut");
    // The first event says who speaks.
    assertThat(cut.path("output_tokens").asInt()).isBetween(49, ENDLESS - 1);
    assertThat(cut.path("prompt_tokens").asInt()).isPositive();
    var program = node.program("cutter");
    assertThat(program.path("cancelled_calls").asInt()).isEqualTo(1);
    assertThat(program.path("failed_calls").asInt()).isZero();
    assertThat(program.path("completed_calls").asInt()).isZero();
  }

  @Test
  void clientThatLeavesBeforeTheFirstByteFreesItsSlotAtOnce() {
    assertThat(
            medianMillisToFree(
                "silent",
                () -> {
                  solo.inject(new Fault.Hang(), 1);
                  return running(streamedChat("solo", "Think", ENDLESS));
                }))
        .isLessThanOrEqualTo(FREE_WITHIN_MILLIS);
  }

  @Test
  void clientOfAWholeAnswerThatLeavesFreesItsSlotAtOnce() {
    assertThat(medianMillisToFree("whole", () -> running(chat("solo", "Tell", ENDLESS))))
        .isLessThanOrEqualTo(FREE_WITHIN_MILLIS);
  }

  private static TestCall running(String body) {
    var call = node.open("r", "r", body);
    solo.awaitRunning(1);
    return call;
  }

  /// Time from a client's leaving to the start of the next call, the median of five.
  private static long medianMillisToFree(String phase, Supplier<TestCall> serve) {
    long aborted = solo.stats().aborted();
    var nanos = new ArrayList<Long>();
    for (int round = 0; round < 5; round++) {
      var leaving = serve.get();
      var name = phase + "-next-" + round;
      try (var next = node.open(name, name, chat("solo", "Hello", 1))) {
        node.awaitWaiting(name);
        var started =
            solo.when(stats -> TestEngine.starts(stats, name) == 1)
                .thenApply(_ -> System.nanoTime());
        long left = System.nanoTime();
        leaving.close();
        nanos.add(started.join() - left);
        next.readTo("HTTP/1.1 200");
      }
    }
    assertThat(solo.stats().aborted() - aborted).isEqualTo(5);
    return TimeUnit.NANOSECONDS.toMillis(nanos.stream().sorted().toList().get(2));
  }

  @Test
  void queuedClientThatLeavesIsForgotten() {
    try (var holder = running(streamedChat("solo", "Hold on", ENDLESS))) {
      var queued = node.open("quitter", "quit", chat("solo", "Hello", 1));
      node.awaitWaiting("quitter");

      queued.close();

      await()
          .atMost(PATIENCE)
          .until(() -> node.program("quitter").path("state").asText().equals("idle"));
      assertThat(node.openCalls()).isEqualTo(1);
      holder.close();
    }
    assertThat(node.call("other", "other", chat("solo", "Hello", 1)).join().statusCode())
        .isEqualTo(200);
    assertThat(TestEngine.starts(solo.stats(), "quit")).isZero();
  }

  /// 40,000 events are 8 MB, more than the sockets on the way take up.
  @Test
  void slowClientSlowsOnlyItself() {
    try (var slow =
        TestCall.openNarrow(
            node.port(), "slow", "slow", streamedChat("fast", "Tell it all", 40_000))) {
      slow.readTo("data: ");
      for (int at = 0; at < 20; at++) {
        var answer = node.call("quick", "quick-" + at, chat("fast", "Hello", 4)).join();
        assertThat(answer.statusCode()).isEqualTo(200);
      }
      assertThat(node.callOf("slow", "slow").path("state").asText()).isEqualTo("running");

      var events = slow.readEvents();

      assertThat(events.getLast()).isEqualTo("[DONE]");
      assertThat(events).hasSizeGreaterThanOrEqualTo(40_000);
    }
    await().atMost(PATIENCE).until(() -> node.leases() == 0);
  }

  @Test
  void nothingIsLeftOfManyCallsThatEndAnyhow() throws Exception {
    var random = new Random(20261121);
    var moods = IntStream.range(0, 300).map(_ -> random.nextInt(5)).toArray();
    try (var clients = Executors.newFixedThreadPool(24)) {
      var calls =
          IntStream.range(0, moods.length)
              .mapToObj(at -> clients.submit(() -> live(at, moods[at])))
              .toList();
      for (var call : calls) {
        call.get();
      }
    }

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(node.leases()).isZero();
          assertThat(node.openCalls()).isZero();
          assertThat(wide.stats().running()).isZero();
          assertThat(wide.stats().waiting()).isZero();
          assertThat(wide.stats().kvCacheUse()).isZero();
          for (var program : json(node.get("/v1/programs?limit=1000").body()).path("data")) {
            assertThat(program.path("active_calls").asInt()).isZero();
          }
        });
    assertThat(wide.stats().executions().values()).containsOnly(1);
  }

  /// One client: leaves at once, in the middle or at the end.
  private static void live(int at, int mood) {
    var name = "crowd-" + at;
    var body = mood < 3 ? streamedChat("wide", name, 20) : chat("wide", name, 20);
    try (var call = node.open("crowd-" + at % 40, name, body)) {
      switch (mood) {
        case 0 -> assertThat(call.readEvents().getLast()).isEqualTo("[DONE]");
        case 1 -> call.readTo("data: ");
        case 2, 3 -> {}
        default -> call.readTo("HTTP/1.1 200");
      }
    }
  }
}
