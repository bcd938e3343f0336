package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Reason;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Streamed calls whose engine takes its time.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeepAliveTest {

  private static final String STREAM = ",\"stream\":true";

  private GatewayFixture gateway;

  @BeforeAll
  void start() {
    gateway = new GatewayFixture("keep-alive-after = 30ms, keep-alive-interval = 30ms");
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void commentsUntilTheEngineAnswers() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat(STREAM, "X-Program-Id: slow\r\n");
      var head = client.readUntil(": waiting\n\n");
      client.readUntil(": waiting\n\n");
      gateway
          .taken()
          .streams(
              Source.from(List.of("data: {}\n\n", "data: [DONE]\n\n")).map(ByteString::fromString));
      var rest = client.readUntil("data: [DONE]");

      assertThat(head).startsWith("HTTP/1.1 200").contains("X-Troupe-Program: slow");
      assertThat(head).contains("text/event-stream").doesNotContain("X-Troupe-Engine");
      assertThat(rest)
          .contains(
              ": x-troupe-engine=engine-1 x-troupe-waited-ms=7 x-troupe-why=prefix;tokens=64\n\n");
      assertThat(rest.indexOf("x-troupe-engine")).isLessThan(rest.indexOf("data: {}"));
    }
  }

  @Test
  void saysInAnEventThatACallFailedAfterTheHead() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat(STREAM, "");
      client.readUntil(": waiting\n\n");
      gateway.taken().fails(Reason.QUEUE_FULL, Optional.empty());

      assertThat(client.readUntil("trace_id")).contains("data: {\"error\":").contains("queue_full");
    }
  }

  @Test
  void turnsAnEnginesErrorIntoAnEventAfterTheHead() throws Exception {
    try (var client = new RawClient(gateway.port())) {
      client.postChat(STREAM, "");
      client.readUntil(": waiting\n\n");
      gateway.taken().answers(400, "{\n \"error\": {\"message\": \"too long\"}\n}");

      assertThat(client.readUntil("too long")).contains("data: { ");
    }
  }

  @Test
  void leavesACallThatIsNotStreamedSilent() throws Exception {
    var plain = gateway.chat("");
    var call = gateway.taken();
    // When the streamed one has had its comment, the plain one would have had its head.
    try (var client = new RawClient(gateway.port())) {
      client.postChat(STREAM, "");
      client.readUntil(": waiting\n\n");
      gateway.taken().fails(Reason.DRAINING, Optional.empty());
    }
    call.fails(Reason.DEADLINE_EXCEEDED, Optional.empty());

    assertThat(plain.join().statusCode()).isEqualTo(504);
  }
}
