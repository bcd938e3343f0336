package dev.troupe.run;

import dev.troupe.plan.Argument;
import dev.troupe.plan.Template;
import java.util.Collection;
import java.util.stream.Collectors;

/// How a call stands in a plan that a model is shown: constants as JSON, results as `$1`.
final class PlanCall {

  private PlanCall() {}

  /// What stands between the brackets.
  static String arguments(Argument arguments) {
    return switch (arguments) {
      case Argument.Sequence sequence -> list(sequence.elements());
      case Argument.Merged merged -> list(merged.fields().values());
      case Argument.Literal _, Argument.Reference _, Argument.Computed _, Argument.Text _ ->
          written(arguments);
    };
  }

  private static String list(Collection<Argument> arguments) {
    return arguments.stream().map(PlanCall::written).collect(Collectors.joining(", "));
  }

  private static String written(Argument argument) {
    return switch (argument) {
      case Argument.Literal literal -> literal.value().toString();
      case Argument.Reference reference -> reference.toString();
      case Argument.Computed computed -> computed.expression().source();
      case Argument.Merged merged -> "{" + list(merged.fields().values()) + "}";
      case Argument.Sequence sequence -> "[" + list(sequence.elements()) + "]";
      case Argument.Text text -> "\"" + written(text.template()) + "\"";
    };
  }

  private static String written(Template template) {
    return template.parts().stream()
        .map(part ->
            switch (part) {
              case Template.Fixed fixed -> fixed.text();
              case Template.Hole hole -> hole.reference().toString();
              case Template.Input input -> "${" + input.name() + input.path() + "}";
            })
        .collect(Collectors.joining());
  }
}
