package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.simulation.workload.Span.Work;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// One span as [OTLP](https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) writes it in
/// JSON, with the attributes of the [conventions for generative
/// AI](https://github.com/open-telemetry/semantic-conventions-genai).
///
/// Conventions before 1.27 named no operation, and tokens `prompt_tokens` and `completion_tokens`. So
/// a span that names no operation and counts both is a call.
final class SpanObject {

  private static final String OPERATION = "gen_ai.operation.name";
  private static final Set<String> MODEL_CALLS =
      Set.of("chat", "text_completion", "generate_content");
  private static final List<String> MODEL =
      List.of("gen_ai.request.model", "gen_ai.response.model");
  private static final List<String> PROMPT_TOKENS =
      List.of("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens");
  private static final List<String> OUTPUT_TOKENS =
      List.of("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens");

  /// `STATUS_CODE_ERROR`.
  private static final int ERROR = 2;

  private final JsonNode object;
  private final String id;
  private final JsonFields fields;
  private final ObjectNode attributes = JsonNodeFactory.instance.objectNode();

  private SpanObject(JsonNode object) throws BadLineException {
    this.object = object;
    this.id = identifier(new JsonFields(object, "a span: "), "spanId");
    this.fields = new JsonFields(object, "span " + id + ": ");
    for (var attribute : object.path("attributes")) {
      attributes.set(attribute.path("key").asText(), attribute.path("value"));
    }
  }

  /// @param line where it begins
  static Span read(JsonNode object, int line) throws BadLineException {
    return new SpanObject(object).span(line);
  }

  private Span span(int line) throws BadLineException {
    long startNanos = fields.whole("startTimeUnixNano");
    long endNanos = fields.whole("endTimeUnixNano");
    if (startNanos == 0) {
      throw fields.bad(
          "startTimeUnixNano is 0, which says that it is unknown; a replay needs it, so correct it or"
              + " leave out the trace");
    }
    if (endNanos < startNanos) {
      throw fields.bad(
          "endTimeUnixNano is before startTimeUnixNano; correct it or leave out the trace");
    }
    return new Span(
        line,
        identifier(fields, "traceId"),
        id,
        fields.textOr("parentSpanId", "").toLowerCase(Locale.ROOT),
        fields.text("name"),
        startNanos,
        endNanos,
        work());
  }

  /// Hexadecimal, in whichever case.
  private static String identifier(JsonFields fields, String name) throws BadLineException {
    var identifier = fields.text(name).toLowerCase(Locale.ROOT);
    if (!identifier.matches("[0-9a-f]+")) {
      throw fields.bad(
          name
              + " is not hexadecimal: \""
              + identifier
              + "\"; OTLP in JSON writes ids so, not in base64");
    }
    return identifier;
  }

  private Work work() throws BadLineException {
    boolean isNamed = attributes.has(OPERATION);
    if (isNamed && !MODEL_CALLS.contains(text(OPERATION))) {
      return new Work.Step();
    }
    var prompt = first(PROMPT_TOKENS);
    var output = first(OUTPUT_TOKENS);
    if (prompt.isPresent() && output.isPresent()) {
      return new Work.ModelCall(
          first(MODEL).map(this::text).orElse(""),
          tokens(prompt.get()),
          // An engine makes at least one token.
          Math.max(1, tokens(output.get())));
    }
    return !isNamed || hasFailed() ? new Work.Other() : new Work.Uncounted();
  }

  private int tokens(String name) throws BadLineException {
    var value = new JsonFields(attributes.path(name), "span " + id + ": " + name + ": ");
    long tokens = value.whole("intValue");
    if (tokens > Integer.MAX_VALUE) {
      throw value.bad(
          "intValue is too large: " + tokens + "; expected " + Integer.MAX_VALUE + " or less");
    }
    return (int) tokens;
  }

  private Optional<String> first(List<String> names) {
    return names.stream().filter(attributes::has).findFirst();
  }

  private boolean hasFailed() {
    return object.path("status").path("code").asInt() == ERROR;
  }

  private String text(String name) {
    return attributes.path(name).path("stringValue").asText();
  }
}
