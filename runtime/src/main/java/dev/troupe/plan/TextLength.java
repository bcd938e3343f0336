package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;

/// How much text a step carries itself, in characters, roughly: numbers and names of fields count too.
final class TextLength {

  private static final int SCALAR_CHARS = 8;

  private TextLength() {}

  static long of(Step step) {
    long chars = step.metadata().values().stream().mapToLong(TextLength::of).sum();
    return chars
        + switch (step.kind()) {
          case StepKind.Llm llm ->
              llm.messages().stream().mapToLong(each -> of(each.content())).sum()
                  + llm.inputs().values().stream().mapToLong(TextLength::of).sum()
                  + of(llm.extras());
          case StepKind.HttpTool http ->
              of(http.url())
                  + http.headers().values().stream().mapToLong(TextLength::of).sum()
                  + http.body().map(TextLength::of).orElse(0L);
          case StepKind.Function function -> of(function.arguments());
          case StepKind.MapOver map -> of(map.items());
          case StepKind.Condition condition -> condition.test().source().length();
          case StepKind.Loop loop -> loop.until().source().length();
          case StepKind.Approval approval -> of(approval.question());
          case StepKind.SubRun run ->
              run.inputs().values().stream().mapToLong(TextLength::of).sum();
          case StepKind.Wait _, StepKind.Join _ -> 0;
        };
  }

  private static long of(Argument argument) {
    return switch (argument) {
      case Argument.Literal literal -> of(literal.value());
      case Argument.Reference reference -> reference.defaultValue().map(TextLength::of).orElse(0L);
      case Argument.Computed computed -> computed.expression().source().length();
      case Argument.Merged merged ->
          merged.fields().entrySet().stream()
              .mapToLong(each -> each.getKey().length() + of(each.getValue()))
              .sum();
      case Argument.Sequence sequence ->
          sequence.elements().stream().mapToLong(TextLength::of).sum();
      case Argument.Text text -> text.template().fixedChars();
    };
  }

  private static long of(JsonNode node) {
    if (node.isTextual()) {
      return node.textValue().length();
    }
    long chars = SCALAR_CHARS;
    for (JsonNode each : node) {
      chars += of(each);
    }
    if (node.isObject()) {
      for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
        chars += names.next().length();
      }
    }
    return chars;
  }
}
