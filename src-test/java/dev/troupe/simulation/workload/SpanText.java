package dev.troupe.simulation.workload;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Writes spans as exporters do. Times are in seconds after a moment in 2025.
final class SpanText {

  private static final long START_SECONDS = 1_760_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private SpanText() {}

  static String chat(
      String trace, String id, String parent, int start, int end, String model, int tokens) {
    var call = step(trace, id, parent, start, end, "chat");
    return call.substring(0, call.length() - 2)
        + ",{\"key\":\"gen_ai.request.model\",\"value\":{\"stringValue\":\"%s\"}},".formatted(model)
        + "{\"key\":\"gen_ai.usage.input_tokens\",\"value\":{\"intValue\":\"%d\"}},"
            .formatted(tokens)
        + "{\"key\":\"gen_ai.usage.output_tokens\",\"value\":{\"intValue\":\"1\"}}]}";
  }

  static String step(String trace, String id, String parent, int start, int end, String operation) {
    return span(trace, id, parent, start, end)
        + "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"%s\"}}]}"
            .formatted(operation);
  }

  /// Open after its attributes.
  static String span(String trace, String id, String parent, int start, int end) {
    return "{\"traceId\":\"%s\",\"spanId\":\"%s\",\"parentSpanId\":\"%s\",\"name\":\"some work\","
            .formatted(trace, id, parent)
        + "\"startTimeUnixNano\":\"%d\",\"endTimeUnixNano\":\"%d\",\"attributes\":["
            .formatted((START_SECONDS + start) * SECOND, (START_SECONDS + end) * SECOND);
  }

  static String request(String... spans) {
    return Arrays.stream(spans)
        .collect(
            Collectors.joining(
                ",",
                "{\"resourceSpans\":[{\"resource\":{},\"scopeSpans\":[{\"spans\":[",
                "]}]}]}"));
  }
}
