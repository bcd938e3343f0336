package dev.troupe.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.program.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Reads a streamed answer for what it cost and how it ended.
final class EventStream {

  private static final String DATA = "data: ";

  private EventStream() {}

  /// Reads to the end.
  ///
  /// @throws IOException when the stream breaks
  static Answer read(InputStream in) throws IOException {
    var usage = Usage.NONE;
    long firstNanos = 0;
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals(DATA + "[DONE]")) {
        return Answer.completed(usage, firstNanos);
      }
      if (firstNanos == 0 && line.startsWith(DATA)) {
        firstNanos = System.nanoTime();
      }
      // Only the event with the usage and an error are read; the others are many.
      if (line.startsWith(DATA) && (line.contains("\"usage\":{") || line.contains("\"error\":"))) {
        var event = Web.parsed(line.substring(DATA.length()));
        var error = event.map(json -> json.path("error")).filter(JsonNode::isObject);
        if (error.isPresent()) {
          return Answer.broken(Outcome.FAILED, "event " + error.get().path("code").asText());
        }
        usage = event.map(json -> json.path("usage")).map(EventStream::usage).orElse(usage);
      }
    }
    return Answer.broken(Outcome.CUT_DURING, "the stream ended without [DONE]");
  }

  private static Usage usage(JsonNode usage) {
    return new Usage(
        usage.path("prompt_tokens").asInt(),
        usage.at("/prompt_tokens_details/cached_tokens").asInt(),
        usage.path("completion_tokens").asInt());
  }
}
