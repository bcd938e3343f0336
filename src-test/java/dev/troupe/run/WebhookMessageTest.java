package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.plan.Submission.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class WebhookMessageTest {

  private static final Recorded PAUSED = new Recorded(7, 1_000, new RunEvent.Paused());

  @Test
  void hasTheHeadersAndTheBodyOfTheStandard() {
    var message = message(Optional.empty(), 5_999);

    assertThat(message.body())
        .isEqualTo(
            "{\"type\":\"run.paused\",\"timestamp\":\"1970-01-01T00:00:01Z\","
                + "\"data\":{\"run\":\"r\",\"event\":\"paused\"}}");
    assertThat(message.headers()).containsEntry("webhook-timestamp", "5");
    assertThat(message.headers()).doesNotContainKey("webhook-signature");
    assertThat(message.headers().get("webhook-id")).matches("msg_[0-9a-f]{32}_7_1000");
  }

  @Test
  void isSignedOverIdTimestampAndBody() throws Exception {
    // The bytes 1, 2, 3, 4 in base64.
    var message = message(Optional.of("whsec_AQIDBA=="), 5_000);

    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[] {1, 2, 3, 4}, "HmacSHA256"));
    var signed = message.headers().get("webhook-id") + ".5." + message.body();
    assertThat(message.headers().get("webhook-signature"))
        .isEqualTo(
            "v1,"
                + Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void hasTheSameIdHoweverOftenItIsSent() {
    assertThat(message(Optional.empty(), 9_000_000).headers().get("webhook-id"))
        .isEqualTo(message(Optional.empty(), 1_000).headers().get("webhook-id"));
  }

  @Test
  void knowsSecretsOfTheStandardAndTextsOfTheirOwn() {
    assertThat(WebhookMessage.key("whsec_AQID")).contains(new byte[] {1, 2, 3});
    assertThat(WebhookMessage.key("ab")).contains(new byte[] {'a', 'b'});
    assertThat(WebhookMessage.key("whsec_!")).isEmpty();
    assertThat(WebhookMessage.key("")).isEmpty();
  }

  private static WebhookMessage message(Optional<String> secret, long nowMillis) {
    return WebhookMessage.of(
        "t/r",
        new RunId("r"),
        PAUSED,
        JsonNodeFactory.instance.objectNode().put("event", "paused"),
        new Webhook("http://h/", secret, List.of()),
        nowMillis);
  }
}
