package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.program.Reason;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever becomes of a request, its bytes come back.
class BodyBudgetTest {

  private static final String ANSWER = "{\"id\":\"a-1\"}";

  /// More than half of the budget.
  private static final String LARGE = ",\"x\":\"" + "y".repeat(5000) + "\"";

  private GatewayFixture gateway;

  @BeforeEach
  void start() {
    gateway = new GatewayFixture("max-body-bytes = 8 KiB, max-held-bytes = 9 KiB");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void refusesABodyWhileAnotherFillsTheMemory() throws Exception {
    var first = gateway.chat(LARGE);
    var call = gateway.taken();
    assertThat(heldBytes()).isEqualTo(GatewayFixture.CHAT.formatted(LARGE).length());

    var refused = gateway.chat(LARGE).join();
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(code(refused)).isEqualTo("bodies_full");
    assertThat(refused.headers().firstValue("retry-after")).contains("1");

    call.answers(200, ANSWER);
    assertThat(first.join().statusCode()).isEqualTo(200);
    awaitNothingHeld();
    var next = gateway.chat(LARGE);
    gateway.taken().answers(200, ANSWER);
    assertThat(next.join().statusCode()).isEqualTo(200);
    awaitNothingHeld();
  }

  @Test
  void holdsNothingOfARequestThatIsRefused() throws Exception {
    assertThat(gateway.post("/v1/completions", "{\"model\":").join().statusCode()).isEqualTo(400);
    assertThat(gateway.chat("", "X-Troupe-Deadline-Ms", "soon").join().statusCode()).isEqualTo(400);
    assertThat(gateway.chat(LARGE + LARGE).join().statusCode()).isEqualTo(413);
    var unknown = "{\"model\":\"huge\",\"messages\":[]}";
    assertThat(gateway.post("/v1/chat/completions", unknown).join().statusCode()).isEqualTo(404);
    assertThat(gateway.post("/v1/programs", "{\"id\":1}").join().statusCode()).isEqualTo(400);
    assertThat(gateway.post("/v1/programs", "{\"id\":\"p\"}").join().statusCode()).isEqualTo(201);

    awaitNothingHeld();
  }

  @Test
  void holdsNothingOfACallThatFails() throws Exception {
    var response = gateway.chat(LARGE);
    gateway.taken().fails(Reason.QUEUE_FULL, Optional.empty());

    assertThat(response.join().statusCode()).isEqualTo(429);
    awaitNothingHeld();
  }

  @Test
  void holdsACallsBodyUntilTheCallOfAGoneClientHasEnded() throws Exception {
    var client = new RawClient(gateway.port());
    client.postChat(LARGE, "");
    var call = gateway.taken();
    client.reset();
    assertThat(gateway.abandoned.poll(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(heldBytes()).isPositive();

    call.fails(Reason.CLIENT_GONE, Optional.empty());
    awaitNothingHeld();
  }

  @Test
  void holdsNothingOfABodyThatBreaksOff() throws Exception {
    var client = new RawClient(gateway.port());
    client.write(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: t\r\nContent-Length: 7000\r\n\r\n{\"model\"");
    awaitHeld(7000);
    client.reset();

    awaitNothingHeld();
  }

  private void awaitNothingHeld() {
    awaitHeld(0);
  }

  private void awaitHeld(long bytes) {
    await().until(() -> heldBytes() == bytes);
  }

  private long heldBytes() throws Exception {
    var health = gateway.send(gateway.request("/health")).body();
    return Responses.JSON.readTree(health).path("bodies").path("held_bytes").asLong(-1);
  }

  private static String code(HttpResponse<String> answer) throws Exception {
    return Responses.JSON.readTree(answer.body()).path("error").path("code").asText();
  }
}
