package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// References written `#id` or `#nodeid`, as planning models are told to.
final class HashReferences {

  private static final String NODE = "node";

  private HashReferences() {}

  static Argument argument(JsonNode value, String place, Names names) {
    return switch (value.getNodeType()) {
      case STRING -> text(value.textValue(), names);
      case ARRAY -> {
        List<Argument> elements = new ArrayList<>();
        value.forEach(each -> elements.add(argument(each, place, names)));
        yield new Argument.Sequence(elements);
      }
      case OBJECT -> {
        Map<String, Argument> fields = new LinkedHashMap<>();
        value
            .properties()
            .forEach(each -> fields.put(each.getKey(), argument(each.getValue(), place, names)));
        yield new Argument.Merged(fields);
      }
      case NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO -> new Argument.Literal(value);
    };
  }

  /// What begins like a reference and names nothing is text: `#1 in the charts`.
  private static Argument text(String text, Names names) {
    List<Template.Part> parts = new ArrayList<>();
    int copied = 0;
    int at = text.indexOf('#');
    while (at >= 0) {
      Optional<References.Found> found = at(text, at + 1, names);
      if (found.isPresent()) {
        if (at > copied) {
          parts.add(new Template.Fixed(text.substring(copied, at)));
        }
        parts.add(new Template.Hole(found.get().reference()));
        copied = found.get().end();
      }
      at = text.indexOf('#', Math.max(copied, at + 1));
    }
    if (copied < text.length() || parts.isEmpty()) {
      parts.add(new Template.Fixed(text.substring(copied)));
    }
    return parts.size() == 1 && parts.getFirst() instanceof Template.Hole hole
        ? hole.reference()
        : new Argument.Text(new Template(parts));
  }

  private static Optional<References.Found> at(String text, int from, Names names) {
    Optional<References.Found> found = References.at(text, from, names);
    return found.isEmpty() && text.startsWith(NODE, from)
        ? References.at(text, from + NODE.length(), names)
        : found;
  }
}
