package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.run.IdempotencyMarks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// By which a client may ask for the same run again, as the draft of the IETF has it
/// (draft-ietf-httpapi-idempotency-key-header): the header `Idempotency-Key`, and a fingerprint of what was
/// asked for with it. A run has both in its metadata.
///
/// @param fingerprint of the body, and of what was to be done with it
record IdempotencyKey(String key, String fingerprint) {

  /// What a run that is there has to do with a key.
  enum Match {
    /// It was begun with this key, and what was asked for is the same.
    SAME,
    /// It was begun with this key by another request.
    REUSED,
    /// It was begun without it.
    NONE
  }

  private static final int DIGITS = 32;

  /// @param what is done with the body, such as `fork r-1`
  static Optional<IdempotencyKey> of(Request request, String what, byte[] body) {
    return request
        .headers()
        .value("idempotency-key")
        .filter(key -> !key.isBlank())
        .map(key -> new IdempotencyKey(key, digest(what.getBytes(StandardCharsets.UTF_8), body)));
  }

  /// The same for the same key, so that whichever gateway is asked again finds the run.
  String run() {
    return "run-" + digest(key.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }

  /// Writes it to the metadata of a run.
  void write(Map<String, JsonNode> metadata) {
    metadata.put(IdempotencyMarks.KEY, TextNode.valueOf(key));
    metadata.put(IdempotencyMarks.FINGERPRINT, TextNode.valueOf(fingerprint));
  }

  /// Takes that of another run out.
  static void clear(Map<String, JsonNode> metadata) {
    metadata.keySet().removeAll(IdempotencyMarks.KEYS);
  }

  /// @param metadata of a run; one of an earlier version has no fingerprint, and is the same
  Match match(Map<String, JsonNode> metadata) {
    if (!has(metadata, IdempotencyMarks.KEY, key)) {
      return Match.NONE;
    }
    return metadata.containsKey(IdempotencyMarks.FINGERPRINT)
            && !has(metadata, IdempotencyMarks.FINGERPRINT, fingerprint)
        ? Match.REUSED
        : Match.SAME;
  }

  private static boolean has(Map<String, JsonNode> metadata, String name, String value) {
    var found = metadata.get(name);
    return found != null && found.asText().equals(value);
  }

  private static String digest(byte[] first, byte[] second) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(first);
      return HexFormat.of().formatHex(sha256.digest(second)).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
