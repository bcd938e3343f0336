package dev.troupe.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/// What goes wrong with the next requests, on demand.
public sealed interface Fault {

  /// Nothing.
  record None() implements Fault {}

  /// No connection is accepted for that long, and those that are open break.
  record Refuse(Duration duration) implements Fault {}

  /// The connection breaks when the prompt has been read, before any byte of the answer.
  record BreakBeforeFirstByte() implements Fault {}

  /// The connection breaks after so many output tokens.
  record BreakMidStream(int afterTokens) implements Fault {}

  /// The stream says `error` after so many output tokens, and ends.
  record ErrorEvent(int afterTokens) implements Fault {}

  /// An error status instead of an answer.
  record Status(int code) implements Fault {}

  /// The request takes its slot and is never answered.
  record Hang() implements Fault {}

  /// Reads the body of `POST /sim/fault`, such as `{"kind": "status", "code": 503, "times": 2}`.
  ///
  /// @throws IllegalArgumentException when it names no fault
  static Fault of(JsonNode json) {
    return switch (json.path("kind").asText()) {
      case "none" -> new None();
      case "refuse" -> new Refuse(Duration.ofMillis(json.path("millis").asLong(1000)));
      case "break-before-first-byte" -> new BreakBeforeFirstByte();
      case "break-mid-stream" -> new BreakMidStream(json.path("after_tokens").asInt(1));
      case "error-event" -> new ErrorEvent(json.path("after_tokens").asInt(1));
      case "status" -> new Status(json.path("code").asInt(500));
      case "hang" -> new Hang();
      default ->
          throw new IllegalArgumentException(
              "kind must be one of none, refuse, break-before-first-byte, break-mid-stream,"
                  + " error-event, status, hang");
    };
  }
}
