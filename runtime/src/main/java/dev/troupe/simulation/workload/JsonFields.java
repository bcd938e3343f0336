package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The fields of one object of a trace's line, read with their types. What is missing, of another type
/// or out of range is refused with the object's and the field's name, and what is expected there.
final class JsonFields {

  /// What a call's id is.
  static final String LABEL = "a text or a whole number";

  private static final String TEXT = "a text";
  private static final String WHOLE_NUMBER = "a whole number, 0 or more";
  private static final String SECONDS = "a number of seconds, 0 or more";

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

  /// Other fields than those that are known are passed over, since traces carry more than a replay
  /// needs; but not one that is probably a known one misspelt, where that one is missing.
  void requireSpelt(List<String> known) throws BadLineException {
    var missing = known.stream().filter(name -> !object.has(name)).toList();
    for (var names = object.fieldNames(); names.hasNext(); ) {
      var name = names.next();
      var meant = known.contains(name) ? Optional.<String>empty() : Misspelling.of(name, missing);
      if (meant.isPresent()) {
        throw bad(
            "unknown field %s; did you mean %s? If not, give %s too"
                .formatted(name, meant.get(), meant.get()));
      }
    }
  }

  String text(String name) throws BadLineException {
    var field = required(name, TEXT);
    if (!field.isTextual()) {
      throw wrong(name, TEXT, field);
    }
    return field.textValue();
  }

  String textOr(String name, String otherwise) throws BadLineException {
    return isAbsent(name) ? otherwise : text(name);
  }

  /// A whole number, 0 or more.
  int count(String name) throws BadLineException {
    return multiple(name, 1, WHOLE_NUMBER);
  }

  /// A whole number, 0 or more, that another divides.
  ///
  /// @param expected that, in words
  int multiple(String name, int divisor, String expected) throws BadLineException {
    var field = required(name, expected);
    if (!field.isIntegralNumber() || field.bigIntegerValue().signum() < 0) {
      throw wrong(name, expected, field);
    }
    if (!field.canConvertToInt()) {
      throw tooLarge(name, Integer.toString(Integer.MAX_VALUE), field);
    }
    if (field.intValue() % divisor != 0) {
      throw wrong(name, expected, field);
    }
    return field.intValue();
  }

  /// A whole number of 64 bits, 0 or more, as a number or, as protobuf writes it in JSON, as a text.
  long whole(String name) throws BadLineException {
    var field = required(name, WHOLE_NUMBER);
    if (!field.isIntegralNumber() && !field.isTextual()) {
      throw wrong(name, WHOLE_NUMBER, field);
    }
    try {
      long number = Long.parseLong(field.asText());
      if (number < 0) {
        throw wrong(name, WHOLE_NUMBER, field);
      }
      return number;
    } catch (NumberFormatException _) {
      throw wrong(name, WHOLE_NUMBER, field);
    }
  }

  /// A time of 0 seconds or more.
  ///
  /// @param most seconds that are accepted
  long nanos(String name, long most) throws BadLineException {
    var field = required(name, SECONDS);
    // What no double can hold is read as infinite.
    if (!field.isNumber() || field.doubleValue() < 0) {
      throw wrong(name, SECONDS, field);
    }
    if (field.doubleValue() > most) {
      throw tooLarge(name, most + " seconds", field);
    }
    return Math.round(field.doubleValue() * 1e9);
  }

  /// The same, or empty where there is none or it is `null`.
  OptionalLong nanosIfKnown(String name, long most) throws BadLineException {
    return isAbsent(name) ? OptionalLong.empty() : OptionalLong.of(nanos(name, most));
  }

  /// @param of what, such as `a list of calls`
  JsonNode array(String name, String of) throws BadLineException {
    var field = required(name, of);
    if (!field.isArray()) {
      throw wrong(name, of, field);
    }
    return field;
  }

  boolean isAbsent(String name) {
    return object.path(name).isMissingNode() || object.path(name).isNull();
  }

  /// A label: a text or a whole number.
  String label(JsonNode field, String name) throws BadLineException {
    if (!field.isTextual() && !field.isIntegralNumber()) {
      throw wrong(name, LABEL, field);
    }
    return field.asText();
  }

  /// @param expected what it must be
  JsonNode required(String name, String expected) throws BadLineException {
    var field = object.path(name);
    if (field.isMissingNode()) {
      throw bad(name + " is missing; expected " + expected);
    }
    return field;
  }

  private BadLineException wrong(String name, String expected, JsonNode found) {
    return bad(name + " is not " + expected + ": " + shown(found));
  }

  private BadLineException tooLarge(String name, String most, JsonNode found) {
    return bad(name + " is too large: " + shown(found) + "; expected " + most + " or less");
  }

  private static String shown(JsonNode found) {
    var text = found.toString();
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
