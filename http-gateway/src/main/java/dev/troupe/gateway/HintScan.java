package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Collects the small members of a body by which clients say what program a call belongs to.
final class HintScan {

  private static final Set<String> VALUES =
      Set.of(
          "session_id",
          "litellm_session_id",
          "conversation",
          "previous_response_id",
          "prompt_cache_key",
          "user",
          "safety_identifier");

  private static final Set<String> OBJECTS = Set.of("metadata", "client_metadata", "conversation");

  /// Our own annotations, and those of the scheduler that clients knew before.
  static final String ANNOTATION = "autellix_";

  /// Any other hint is one value: a list says nothing, as an object does.
  private static final Set<String> LISTS = Set.of(ANNOTATION + "parent_threads");

  private static final int MAX_VALUES = 1024;

  private final Map<String, List<String>> found = new HashMap<>();

  Map<String, List<String>> found() {
    return found;
  }

  /// Reads a top-level member, if it is such a hint. Leaves the parser on the member's value or at
  /// its end.
  void read(JsonParser parser, String name, JsonToken value) throws IOException {
    if (value == JsonToken.START_OBJECT && OBJECTS.contains(name)) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var path = name + '.' + parser.currentName();
        keep(parser, path, parser.nextToken());
      }
    } else if (AskedOfProgram.MEMBERS.contains(name)) {
      keepEvenWithoutValue(parser, name, value);
    } else if (VALUES.contains(name) || OBJECTS.contains(name) || name.startsWith(ANNOTATION)) {
      keep(parser, name, value);
    }
  }

  /// What must be a number is refused where it is none, so that it is there must be known.
  private void keepEvenWithoutValue(JsonParser parser, String name, JsonToken value)
      throws IOException {
    if (value != JsonToken.VALUE_NULL) {
      put(name, scalar(parser, value).stream().toList());
    }
  }

  private void keep(JsonParser parser, String path, JsonToken value) throws IOException {
    if (value == JsonToken.START_ARRAY && LISTS.contains(path)) {
      put(path, elements(parser));
    } else {
      scalar(parser, value).ifPresent(text -> put(path, List.of(text)));
    }
  }

  private static List<String> elements(JsonParser parser) throws IOException {
    var elements = new ArrayList<String>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      scalar(parser, token).filter(_ -> elements.size() < MAX_VALUES).ifPresent(elements::add);
    }
    return elements;
  }

  private void put(String path, List<String> values) {
    if (found.size() < MAX_VALUES) {
      found.put(path, List.copyOf(values));
    }
  }

  private static Optional<String> scalar(JsonParser parser, JsonToken value) throws IOException {
    if (value.isStructStart()) {
      parser.skipChildren();
      return Optional.empty();
    }
    return value.isScalarValue()
            && value != JsonToken.VALUE_NULL
            && parser.getTextLength() <= ScannedBody.MAX_HINT_LENGTH
        ? Optional.of(parser.getText())
        : Optional.empty();
  }
}
