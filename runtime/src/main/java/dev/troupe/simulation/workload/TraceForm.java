package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// The forms of a file of programs, told apart by the fields of its first object.
enum TraceForm {
  /// A program on each line.
  PROGRAMS("calls", "a program"),
  /// Exported spans of OpenTelemetry.
  SPANS(SpanReader.ROOT, "exported spans"),
  /// A call on each line, as a node records them.
  RECORDING("call", "a call of a node's recording");

  /// What it takes to see the names of the first fields.
  private static final int BEGINNING_BYTES = 1 << 16;

  private static final JsonFactory JSON = new JsonFactory();

  private final String field;
  private final String object;

  /// @param field by which its objects are known
  /// @param object what one is called
  TraceForm(String field, String object) {
    this.field = field;
    this.object = object;
  }

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
        var form = having(field);
        if (form.isPresent()) {
          return form.get();
        }
        parser.nextToken();
        parser.skipChildren();
      }
      return PROGRAMS;
    } catch (JacksonException _) {
      return PROGRAMS;
    }
  }

  private static Optional<TraceForm> having(String field) {
    return Arrays.stream(values()).filter(form -> form.field.equals(field)).findFirst();
  }

  /// Refuses an object of another form in a file of this one.
  void require(JsonNode object) throws BadLineException {
    if (!object.has(field)) {
      for (var other : (Iterable<String>) object::fieldNames) {
        require(other);
      }
    }
  }

  /// Refuses an object with the field of another form.
  void require(String field) throws BadLineException {
    var other = having(field);
    if (other.isPresent() && other.get() != this) {
      throw new BadLineException(
          "this is %s, and the file begins with %s; put what is of one form in a file of its own"
              .formatted(other.get().object, object));
    }
  }
}
