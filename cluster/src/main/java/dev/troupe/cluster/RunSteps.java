package dev.troupe.cluster;

import dev.troupe.actor.StepRunner;
import dev.troupe.run.StepInput;
import java.util.function.Consumer;

/// Does the steps of runs, each in the way of its kind.
final class RunSteps implements StepRunner {

  private final LlmSteps llm;
  private final HttpSteps http;
  private final FunctionSteps functions;
  private final SubRuns subRuns;

  RunSteps(LlmSteps llm, HttpSteps http, FunctionSteps functions, SubRuns subRuns) {
    this.llm = llm;
    this.http = http;
    this.functions = functions;
    this.subRuns = subRuns;
  }

  @Override
  public Doing start(Task task, Consumer<String> written) {
    return task.step().input() instanceof StepInput.Llm input
        ? llm.start(task, input, written)
        : start(task);
  }

  @Override
  public Doing start(Task task) {
    return switch (task.step().input()) {
      case StepInput.Llm input -> llm.start(task, input);
      case StepInput.Http input -> http.start(task, input);
      case StepInput.Function input -> functions.start(task, input);
      case StepInput.SubRun input -> subRuns.start(task, input);
    };
  }
}
