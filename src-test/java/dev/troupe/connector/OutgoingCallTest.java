package dev.troupe.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.CallRequest;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutgoingCallTest {

  private static final String BODY = "{\"model\": \"m\", \"messages\": [], \"priority\": 9}";

  @Test
  void leavesARequestThatIsNotStreamedAsItIs() {
    var call = OutgoingCall.of(lease(PriorityOrder.NONE, "call"), request(BODY, false));

    assertThat(RequestBodies.text(call.request().body())).isEqualTo(BODY);
    assertThat(call.withholdsUsage()).isFalse();
  }

  @Test
  void setsThePriorityInTheOrderOfTheEngine() {
    var lower = OutgoingCall.of(lease(PriorityOrder.LOWER_FIRST, "call"), request(BODY, false));
    var higher = OutgoingCall.of(lease(PriorityOrder.HIGHER_FIRST, "call"), request(BODY, false));

    assertThat(RequestBodies.text(lower.request().body()))
        .isEqualTo("{\"priority\":2,\"model\": \"m\", \"messages\": []}");
    assertThat(RequestBodies.text(higher.request().body()))
        .isEqualTo("{\"priority\":-2,\"model\": \"m\", \"messages\": []}");
  }

  @Test
  void asksForTheUsageOfAStream() {
    var call =
        OutgoingCall.of(lease(PriorityOrder.NONE, "call"), request("{\"model\":\"m\"}", true));

    assertThat(RequestBodies.text(call.request().body()))
        .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"model\":\"m\"}");
    assertThat(call.withholdsUsage()).isTrue();
  }

  @Test
  void leavesAStreamWhoseUsageTheClientHasAskedForAsItIs() {
    var body = "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\"}";

    var call = OutgoingCall.of(lease(PriorityOrder.NONE, "call"), request(body, true));

    assertThat(RequestBodies.text(call.request().body())).isEqualTo(body);
    assertThat(call.withholdsUsage()).isFalse();
  }

  @Test
  void keepsTheOtherOptionsOfAStream() {
    var body = "{\"stream_options\":{\"include_usage\":false,\"x\":1}}";

    var call = OutgoingCall.of(lease(PriorityOrder.NONE, "call"), request(body, true));

    assertThat(RequestBodies.text(call.request().body()))
        .isEqualTo("{\"stream_options\":{\"include_usage\":true,\"x\":1}}");
    assertThat(call.withholdsUsage()).isTrue();
  }

  @Test
  void speaksForItselfAndPassesTheTraceOn() {
    var call = OutgoingCall.of(lease(PriorityOrder.NONE, "call-7"), request(BODY, false));

    assertThat(call.request().uri()).hasToString("http://engine:8000/base/v1/chat/completions");
    assertThat(call.request().headers())
        .containsExactlyInAnyOrder(
            new Header("traceparent", "00-1-2-01"),
            new Header("Authorization", "Bearer engine-key"),
            new Header("Content-Type", "application/json"),
            new Header("X-Request-Id", "call-7"));
  }

  @Test
  void namesTheLeaseWhereTheCallsNameCannotStandInAHeader() {
    var call = OutgoingCall.of(lease(PriorityOrder.NONE, "größe"), request(BODY, false));

    assertThat(call.request().headers()).contains(new Header("X-Request-Id", "lease-1"));
  }

  private static Lease lease(PriorityOrder order, String call) {
    var engine =
        new EngineEndpoint(
            new EngineId("e"),
            Dialect.VLLM,
            URI.create("http://engine:8000/base/"),
            Optional.of("engine-key"),
            order);
    return TestLeases.of(engine, call, 2);
  }

  private static CallRequest request(String body, boolean streamed) {
    return new CallRequest(
        "/v1/chat/completions",
        List.of(
            new Header("traceparent", "00-1-2-01"),
            new Header("AUTHORIZATION", "Bearer client-key"),
            new Header("Accept-Encoding", "gzip"),
            new Header("X-Request-Id", "of-the-client")),
        RequestBodies.of(body),
        streamed);
  }
}
