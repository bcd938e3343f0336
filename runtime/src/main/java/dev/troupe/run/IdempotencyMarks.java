package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the metadata of a run have of the key that it was asked for with, so that whoever asks again finds
/// it. Who has the key can take a run for the answer to a request of their own: it is shown to nobody.
public final class IdempotencyMarks {

  /// As the client sent it.
  public static final String KEY = "idempotency_key";

  /// Of what was asked for with it.
  public static final String FINGERPRINT = "idempotency_fingerprint";

  public static final List<String> KEYS = List.of(KEY, FINGERPRINT);

  private IdempotencyMarks() {}

  /// The metadata that are shown.
  public static Map<String, JsonNode> hidden(Map<String, JsonNode> metadata) {
    var shown = new HashMap<>(metadata);
    shown.keySet().removeAll(KEYS);
    return shown;
  }
}
