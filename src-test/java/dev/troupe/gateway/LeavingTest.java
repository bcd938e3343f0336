package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What clients see of a gateway that leaves, on their sockets.
class LeavingTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LONG_QUIET = Duration.ofMinutes(1);
  private static final String STREAM = ",\"stream\":true";
  private static final List<ByteString> EVENTS =
      List.of(ByteString.fromString("data: {}\n\n"), ByteString.fromString("data: [DONE]\n\n"));

  private final GatewayFixture gateway = new GatewayFixture("");

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void takesCallsAndSaysThatTheyAreTheLastOfTheirConnections() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      assertThat(call(client, "")).doesNotContainIgnoringCase("Connection: close");

      gateway.server.drain();

      assertThat(call(client, "")).startsWith("HTTP/1.1 200").contains("Connection: close");
      client.readToEnd();
    }
    try (var client = new RawClient(gateway.port())) {
      client.write("GET /ready HTTP/1.1\r\nHost: t\r\n\r\n");
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 503").contains("Connection: close");
    }
  }

  @Test
  void endsAnIdleConnectionAtOnceWhenNobodyMayCome() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      call(client, "");

      join(gateway.server.endConnections(Duration.ZERO, LIMIT));

      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void endsAConnectionOnlyAfterItsStreamWhateverItsSilence() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat(STREAM, "");
      var engine = stream();
      client.readUntil("data: {}");

      var ended = gateway.server.endConnections(Duration.ofMillis(10), LIMIT);
      assertThat(gateway.server.endConnections(Duration.ofMillis(10), Duration.ofMillis(300)))
          .failsWithin(LIMIT);
      engine.offer(ByteString.fromString("data: [DONE]\n\n"));
      engine.complete();

      assertThat(client.readToEnd()).contains("data: [DONE]").endsWith("\r\n0\r\n\r\n");
      join(ended);
    }
  }

  @Test
  void servesTheCallThatFollowsAStreamOnItsConnection() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat(STREAM, "");
      gateway.taken().streams(Source.from(EVENTS));
      client.readUntil("\r\n0\r\n\r\n");
      gateway.server.drain();
      gateway.server.unbind().toCompletableFuture().join();
      var ended = gateway.server.endConnections(LONG_QUIET, LIMIT);

      assertThat(call(client, "")).startsWith("HTTP/1.1 200").contains("Connection: close");

      client.readToEnd();
      join(ended);
    }
  }

  @Test
  void answersACallThatStillWaitedBeforeItsConnectionEnds() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat("", "");
      var waiting = gateway.taken();
      gateway.server.drain();

      // A node that is alone gives nobody time to come back.
      var ended = gateway.server.endConnections(Duration.ZERO, LIMIT);
      waiting.answers(200, "{}");

      assertThat(client.readToEnd()).startsWith("HTTP/1.1 200").endsWith("{}");
      join(ended);
    }
  }

  @Test
  void whoFollowsARunIsToldToReconnect() throws Exception {
    try (var gateway = new GatewayFixture("", new OneRun());
        var client = new RawClient(gateway.port())) {
      client.write("GET /v1/runs/r/events HTTP/1.1\r\nHost: t\r\nLast-Event-ID: 1\r\n\r\n");
      client.readUntil("event: paused");

      var ended = gateway.server.endConnections(Duration.ZERO, LIMIT);

      assertThat(client.readToEnd())
          .contains(": this node leaves; reconnect to go on\nretry: 1000\n\n")
          .endsWith("\r\n0\r\n\r\n");
      join(ended);
    }
  }

  @Test
  void whoWaitsForARunIsAnsweredWithItAsItIs() throws Exception {
    var runs = new OneRun();
    try (var gateway = new GatewayFixture("", runs);
        var client = new RawClient(gateway.port())) {
      client.write("GET /v1/runs/r?wait=300s HTTP/1.1\r\nHost: t\r\n\r\n");
      join(runs.waitedFor);

      var ended = gateway.server.endConnections(Duration.ZERO, LIMIT);

      assertThat(client.readToEnd()).startsWith("HTTP/1.1 200").contains("\"id\":\"r\"");
      join(ended);
    }
  }

  private SourceQueueWithComplete<ByteString> stream() throws InterruptedException {
    var source =
        Source.<ByteString>queue(4, OverflowStrategy.fail()).preMaterialize(gateway.system());
    gateway.taken().streams(source.second());
    source.first().offer(EVENTS.getFirst());
    return source.first();
  }

  /// @return the head of the answer
  private String call(RawClient client, String headers) throws IOException, InterruptedException {
    client.postChat("", headers);
    gateway.taken().answers(200, "{}");
    return client.readUntil("\r\n\r\n{}");
  }

  private static void join(CompletionStage<Done> stage) {
    stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
