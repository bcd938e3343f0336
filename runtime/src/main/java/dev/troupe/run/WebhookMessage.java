package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.Submission.Webhook;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An event of a run as it is sent to a webhook.
///
/// Body, headers and signature follow Standard Webhooks 1.0.0
/// (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>): the
/// signature is the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`. An event has the same id
/// however often it is sent, so that receivers can pass over what they have.
public record WebhookMessage(String url, Map<String, String> headers, String body) {

  private static final String PREFIX = "whsec_";
  private static final String HASH = "HmacSHA256";
  private static final int DIGITS = 32;
  private static final long MILLIS = 1_000;

  public WebhookMessage {
    headers = Map.copyOf(headers);
  }

  /// @param run its tenant and name, as no other run has them
  /// @param event in JSON, as other clients see it
  /// @param nowMillis wall-clock time of the attempt
  public static WebhookMessage of(
      String run, RunId id, Recorded recorded, ObjectNode event, Webhook webhook, long nowMillis) {
    String messageId =
        "msg_%s_%d_%d".formatted(digest(run), recorded.sequence(), recorded.atMillis());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", "run." + event.path("event").asText());
    json.put("timestamp", Instant.ofEpochMilli(recorded.atMillis()).toString());
    ObjectNode data = json.putObject("data");
    data.put("run", id.value());
    data.setAll(event);
    String body = json.toString();
    String timestamp = Long.toString(nowMillis / MILLIS);
    Map<String, String> headers = new TreeMap<>();
    headers.put("content-type", "application/json");
    headers.put("webhook-id", messageId);
    headers.put("webhook-timestamp", timestamp);
    webhook
        .secret()
        .flatMap(WebhookMessage::key)
        .ifPresent(key ->
            headers.put(
                "webhook-signature",
                "v1," + signature(key, messageId + "." + timestamp + "." + body)));
    return new WebhookMessage(webhook.url(), headers, body);
  }

  /// The bytes of a secret: `whsec_` and base64, or a text of its own; empty if it is neither.
  public static Optional<byte[]> key(String secret) {
    if (!secret.startsWith(PREFIX)) {
      return Optional.of(secret.getBytes(StandardCharsets.UTF_8)).filter(key -> key.length > 0);
    }
    try {
      return Optional.of(Base64.getDecoder().decode(secret.substring(PREFIX.length())))
          .filter(key -> key.length > 0);
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  private static String signature(byte[] key, String signed) {
    try {
      Mac mac = Mac.getInstance(HASH);
      mac.init(new SecretKeySpec(key, HASH));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String digest(String run) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(run.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
