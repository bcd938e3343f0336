package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;

/// The fields of one object of a trace's line, read with their types. What is missing, of another type
/// or out of range is refused with the object's and the field's name.
final class JsonFields {

  /// Longest time accepted, about 31 years.
  private static final double MOST_SECONDS = 1e9;

  private final JsonNode object;
  private final String of;

  /// @param of what stands before each reason, such as `call 3: `
  JsonFields(JsonNode object, String of) {
    this.object = object;
    this.of = of;
  }

  BadLineException bad(String reason) {
    return new BadLineException(of + reason);
  }

  String text(String name) throws BadLineException {
    var field = required(name);
    if (!field.isTextual()) {
      throw wrong(name, "a text", field);
    }
    return field.textValue();
  }

  String textOr(String name, String otherwise) throws BadLineException {
    return isAbsent(name) ? otherwise : text(name);
  }

  /// A whole number, 0 or more.
  int count(String name) throws BadLineException {
    var field = required(name);
    if (!field.isIntegralNumber()) {
      throw wrong(name, "a whole number", field);
    }
    if (field.bigIntegerValue().signum() < 0) {
      throw bad(name + " is negative: " + field);
    }
    if (!field.canConvertToInt()) {
      throw bad(name + " is too large: " + field);
    }
    return field.intValue();
  }

  /// A whole number of 64 bits, 0 or more, as a number or, as protobuf writes it in JSON, as a text.
  long whole(String name) throws BadLineException {
    var field = required(name);
    if (!field.isIntegralNumber() && !field.isTextual()) {
      throw wrong(name, "a whole number", field);
    }
    try {
      long number = Long.parseLong(field.asText());
      if (number < 0) {
        throw bad(name + " is negative: " + field);
      }
      return number;
    } catch (NumberFormatException _) {
      throw wrong(name, "a whole number", field);
    }
  }

  /// A time of 0 seconds or more.
  long nanos(String name) throws BadLineException {
    var field = required(name);
    if (!field.isNumber()) {
      throw wrong(name, "a number of seconds", field);
    }
    double seconds = field.doubleValue();
    if (!Double.isFinite(seconds)) {
      throw bad(name + " is not finite");
    }
    if (seconds < 0) {
      throw bad(name + " is negative: " + field);
    }
    if (seconds > MOST_SECONDS) {
      throw bad(name + " is too large: " + field);
    }
    return Math.round(seconds * 1e9);
  }

  /// A time of 0 seconds or more, or empty where there is none or it is `null`.
  OptionalLong nanosIfKnown(String name) throws BadLineException {
    return isAbsent(name) ? OptionalLong.empty() : OptionalLong.of(nanos(name));
  }

  JsonNode array(String name) throws BadLineException {
    var field = required(name);
    if (!field.isArray()) {
      throw wrong(name, "a list", field);
    }
    return field;
  }

  boolean isAbsent(String name) {
    return object.path(name).isMissingNode() || object.path(name).isNull();
  }

  /// A label: a text or a whole number.
  String label(JsonNode field, String name) throws BadLineException {
    if (!field.isTextual() && !field.isIntegralNumber()) {
      throw wrong(name, "a text or a whole number", field);
    }
    return field.asText();
  }

  JsonNode required(String name) throws BadLineException {
    var field = object.path(name);
    if (field.isMissingNode()) {
      throw bad(name + " is missing");
    }
    return field;
  }

  private BadLineException wrong(String name, String expected, JsonNode found) {
    var shown = found.toString();
    return bad(
        name
            + " is not "
            + expected
            + ": "
            + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown));
  }
}
