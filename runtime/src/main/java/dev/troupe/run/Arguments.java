package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Expression;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Template;
import java.util.Map;

/// The values of arguments, as they are seen from a place.
final class Arguments {

  /// That an argument has no value.
  static final class NoValue extends Exception {
    private static final long serialVersionUID = 1;
    private final transient StepError error;

    NoValue(StepError.Code code, String message) {
      super(message, null, false, false);
      this.error = StepError.lasting(code, message);
    }

    StepError error() {
      return error;
    }
  }

  /// How a result is written into a text.
  interface Writer {
    String write(Argument.Reference reference, JsonNode value);
  }

  private final Place place;
  private final Map<String, JsonNode> inputs;
  private final Writer writer;

  /// @param inputs what `${name}` means before anything else
  Arguments(Place place, Map<String, JsonNode> inputs, Writer writer) {
    this.place = place;
    this.inputs = inputs;
    this.writer = writer;
  }

  static Arguments at(Place place) {
    return new Arguments(place, Map.of(), (_, value) -> text(value));
  }

  JsonNode value(Argument argument) throws NoValue {
    return switch (argument) {
      case Argument.Literal literal -> literal.value();
      case Argument.Reference reference -> value(reference);
      case Argument.Computed computed -> value(computed.expression());
      case Argument.Merged merged -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Argument> field : merged.fields().entrySet()) {
          object.set(field.getKey(), value(field.getValue()));
        }
        yield object;
      }
      case Argument.Sequence sequence -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(sequence.elements().size());
        for (Argument element : sequence.elements()) {
          array.add(value(element));
        }
        yield array;
      }
      case Argument.Text text -> TextNode.valueOf(text(text.template()));
    };
  }

  JsonNode value(Expression expression) throws NoValue {
    return switch (expression.evaluate(place::value)) {
      case Expression.Value value -> value.value();
      case Expression.Failed failed ->
          throw new NoValue(
              StepError.Code.ROUTING_FAILED,
              "the expression \"" + expression.source() + "\" has no value: " + failed.why());
    };
  }

  /// The text of an argument.
  String text(Argument argument) throws NoValue {
    return text(value(argument));
  }

  private JsonNode value(Argument.Reference reference) throws NoValue {
    return place.value(reference).orElseThrow(() -> missing(reference.toString()));
  }

  private String text(Template template) throws NoValue {
    StringBuilder text = new StringBuilder();
    for (Template.Part part : template.parts()) {
      switch (part) {
        case Template.Fixed fixed -> text.append(fixed.text());
        case Template.Hole hole ->
            text.append(writer.write(hole.reference(), value(hole.reference())));
        case Template.Input input -> text.append(text(input));
      }
    }
    return text.toString();
  }

  private String text(Template.Input input) throws NoValue {
    JsonNode value = inputs.get(input.name());
    if (value == null) {
      Argument.Reference named = Argument.Reference.to(new StepId(input.name()), input.path());
      return writer.write(named, value(named));
    }
    return text(input.path().find(value).orElseThrow(() -> missing(input.name() + input.path())));
  }

  private static NoValue missing(String what) {
    return new NoValue(
        StepError.Code.ROUTING_FAILED,
        "there is no " + what + "; give the reference a default, or make it not required");
  }

  /// A text as it is, anything else as JSON.
  static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
