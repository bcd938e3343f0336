package dev.troupe.run;

import dev.troupe.plan.Argument;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepKind;

/// How many tokens a step is expected to take, prompt and answer together, before its prompt is known: what its
/// policy says, else a quarter of the characters its author wrote and the longest answer it may have. What is
/// no model call takes none.
final class ExpectedTokens {

  /// Of an answer whose length nothing limits.
  static final long USUAL_OUTPUT = 1_024;

  private static final long CHARS_PER_TOKEN = 4;

  private ExpectedTokens() {}

  /// Cost: the number of the step's messages and their parts.
  static long of(Step step) {
    if (step.policy().expectedTokens().isPresent()) {
      return step.policy().expectedTokens().getAsLong();
    }
    return step.kind() instanceof StepKind.Llm llm
        ? Math.ceilDiv(writtenChars(llm), CHARS_PER_TOKEN)
            + (llm.maxTokens().isPresent() ? llm.maxTokens().getAsInt() : USUAL_OUTPUT)
        : 0;
  }

  private static long writtenChars(StepKind.Llm llm) {
    long chars = 0;
    for (var message : llm.messages()) {
      if (message.content() instanceof Argument.Text(var template)) {
        chars += template.fixedChars();
      }
    }
    return chars;
  }
}
