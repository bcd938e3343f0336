package dev.troupe.actor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.troupe.program.PrefixChain;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/// A served call as a line of a recording: numbers, names and hashes, and nothing of what was said.
/// docs/simulation.md has the fields.
final class RecordingLine {

  private static final JsonFactory JSON = new JsonFactory();
  private static final HexFormat HEX = HexFormat.of();

  private RecordingLine() {}

  /// @param at when the call ended
  static void write(Recorder.Served served, Instant at, OutputStream to) throws IOException {
    var call = served.call();
    var end = served.end();
    try (var json = JSON.createGenerator(to).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      json.writeStartObject();
      json.writeStringField("call", call.id().value());
      json.writeStringField("program", call.program().value());
      json.writeStringField("tenant", call.program().tenant().name());
      json.writeStringField("model", call.pool().model());
      json.writeStringField("engine", served.engine().value());
      long arrivalMicros =
          ChronoUnit.MICROS.between(Instant.EPOCH, at.minusNanos(served.responseNanos()));
      writeSeconds(json, "arrival_s", arrivalMicros);
      writeSeconds(json, "waited_s", served.waitedNanos() / 1000);
      writeSeconds(json, "response_s", served.responseNanos() / 1000);
      json.writeNumberField("prompt_tokens", served.promptTokens());
      json.writeNumberField("cached_tokens", end.usage().cachedTokens());
      json.writeNumberField("output_tokens", end.usage().outputTokens());
      if (end.failure().isPresent()) {
        json.writeStringField("failure", end.failure().get().toString());
      }
      json.writeArrayFieldStart("parents");
      for (var parent : call.parents()) {
        json.writeString(parent.value());
      }
      json.writeEndArray();
      writePrefix(json, call.prefix());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void writeSeconds(JsonGenerator json, String name, long micros)
      throws IOException {
    json.writeNumberField(name, BigDecimal.valueOf(micros, 6));
  }

  private static void writePrefix(JsonGenerator json, PrefixChain prefix) throws IOException {
    json.writeArrayFieldStart("prefix");
    for (int at = 0; at < prefix.length(); at++) {
      json.writeStartArray();
      json.writeString(HEX.toHexDigits(prefix.hash(at)));
      json.writeNumber(prefix.tokens(at));
      json.writeEndArray();
    }
    json.writeEndArray();
  }
}
