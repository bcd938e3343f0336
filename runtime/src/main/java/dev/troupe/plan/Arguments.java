package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads arguments as plans write them: any JSON, in which a text that is a reference as a whole
/// (`"$search.hits"`) stands for that value, a text with references in it is filled, and an object with
/// `$ref`, `$expr` or `$literal` says which of those it is.
final class Arguments {

  private static final String REFERENCE = "$ref";
  private static final String EXPRESSION = "$expr";
  private static final String LITERAL = "$literal";

  private Arguments() {}

  /// @throws InvalidPlanException if it refers to what is not known
  static Argument read(JsonNode value, String place, Names names) {
    return read(value, place, names, TemplateText.Unknown.REFUSED);
  }

  static Argument read(JsonNode value, String place, Names names, TemplateText.Unknown unknown) {
    try {
      return switch (value.getNodeType()) {
        case STRING -> text(value.textValue(), names, unknown);
        case ARRAY -> sequence(value, place, names, unknown);
        case OBJECT -> object(value, place, names, unknown);
        case NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO -> new Argument.Literal(value);
      };
    } catch (InvalidPlanException invalid) {
      throw invalid.at(place);
    }
  }

  /// The named arguments of a field; none where there is no such field.
  static Map<String, Argument> named(
      Fields fields, String key, Names names, TemplateText.Unknown unknown) {
    Optional<Fields> object = fields.object(key);
    if (object.isEmpty()) {
      return Map.of();
    }
    Map<String, Argument> arguments = new LinkedHashMap<>();
    for (String name : object.get().names()) {
      object
          .get()
          .any(name)
          .ifPresent(
              value -> arguments.put(name, read(value, object.get().place(name), names, unknown)));
    }
    return arguments;
  }

  static Argument text(String text, Names names, TemplateText.Unknown unknown) {
    if (text.indexOf('$') < 0) {
      return new Argument.Literal(new TextNode(text));
    }
    Template template = TemplateText.read(text, names, Set.of(), unknown);
    if (template.parts().size() == 1) {
      return switch (template.parts().getFirst()) {
        case Template.Hole hole -> hole.reference();
        case Template.Fixed fixed -> new Argument.Literal(new TextNode(fixed.text()));
        case Template.Input _ -> new Argument.Text(template);
      };
    }
    return new Argument.Text(template);
  }

  private static Argument sequence(
      JsonNode value, String place, Names names, TemplateText.Unknown unknown) {
    List<Argument> elements = new ArrayList<>(value.size());
    for (JsonNode each : value) {
      elements.add(read(each, place + "/" + elements.size(), names, unknown));
    }
    return areAsWritten(elements, value)
        ? new Argument.Literal(value)
        : new Argument.Sequence(elements);
  }

  private static Argument object(
      JsonNode value, String place, Names names, TemplateText.Unknown unknown) {
    Fields fields = new Fields(value, place);
    if (value.has(REFERENCE)) {
      return reference(fields, names);
    }
    if (value.has(EXPRESSION)) {
      String source = fields.neededText(EXPRESSION);
      fields.done();
      return new Argument.Computed(fields.within(EXPRESSION, () -> Expression.of(source, names)));
    }
    if (value.has(LITERAL)) {
      JsonNode literal = value.get(LITERAL);
      fields.any(LITERAL);
      fields.done();
      return new Argument.Literal(literal);
    }
    Map<String, Argument> arguments = new LinkedHashMap<>();
    for (String name : fields.names()) {
      arguments.put(name, read(value.get(name), fields.place(name), names, unknown));
    }
    return areAsWritten(arguments.values(), value)
        ? new Argument.Literal(value)
        : new Argument.Merged(arguments);
  }

  /// Whether the parts of a value are what was written, without a reference or an escaped character.
  private static boolean areAsWritten(Collection<Argument> parts, JsonNode value) {
    Iterator<JsonNode> written = value.iterator();
    return parts.stream()
        .allMatch(part -> {
          JsonNode each = written.next();
          return part instanceof Argument.Literal literal && literal.value().equals(each);
        });
  }

  private static Argument reference(Fields fields, Names names) {
    String text = fields.neededText(REFERENCE);
    String name = text.startsWith("$") ? text.substring(1) : text;
    Argument.Reference found = fields.within(REFERENCE, () -> References.whole(name, names));
    boolean required = fields.flag("required").orElse(true);
    Optional<JsonNode> otherwise = fields.any("default");
    fields.done();
    return new Argument.Reference(found.step(), found.path(), required, otherwise);
  }
}
