package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;

/// The forms of a file of programs, told apart by the fields of its first object.
enum TraceForm {
  /// A program on each line.
  PROGRAMS,
  /// Exported spans of OpenTelemetry.
  SPANS,
  /// A call on each line, as a node records them.
  RECORDING;

  /// What it takes to see the names of the first fields.
  private static final int BEGINNING_BYTES = 1 << 16;

  private static final JsonFactory JSON = new JsonFactory();

  /// Takes what is of no known form for programs.
  static TraceForm of(BufferedInputStream in) throws IOException {
    in.mark(BEGINNING_BYTES);
    var beginning = in.readNBytes(BEGINNING_BYTES);
    in.reset();
    try (var parser = JSON.createParser(beginning)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return PROGRAMS;
      }
      for (var field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        switch (field) {
          case SpanReader.ROOT -> {
            return SPANS;
          }
          case "call" -> {
            return RECORDING;
          }
          case "calls" -> {
            return PROGRAMS;
          }
          default -> {
            parser.nextToken();
            parser.skipChildren();
          }
        }
      }
      return PROGRAMS;
    } catch (JacksonException _) {
      return PROGRAMS;
    }
  }
}
