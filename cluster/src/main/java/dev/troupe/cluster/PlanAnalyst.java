package dev.troupe.cluster;

import dev.troupe.actor.Analyst;
import dev.troupe.plan.LlmAnalysis;
import dev.troupe.plan.ModelRef;
import dev.troupe.program.Program;
import dev.troupe.run.Analyses;
import dev.troupe.run.Analyses.Outcome;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.Planning;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;

/// Asks a model what the steps of a plan wait for, by a call that is scheduled like any other. Knows what
/// this node's runs have asked, and the other way round.
final class PlanAnalyst implements Analyst {

  private final ActorSystem<?> system;
  private final ModelCatalogue models;
  private final Analyses analyses;
  private final Duration limit;

  /// @param limit how long a model may take, waiting for an engine among it
  PlanAnalyst(ActorSystem<?> system, ModelCatalogue models, Analyses analyses, Duration limit) {
    this.system = system;
    this.models = models;
    this.analyses = analyses;
    this.limit = limit;
  }

  @Override
  public CompletionStage<Outcome> analyse(Program.Id program, Planning.Analysed planning) {
    var name = models.model(planning.model());
    var model = name.<ModelRef>map(ModelRef.Named::new).orElseGet(planning::model);
    var analyses = this.analyses.of(program.tenant());
    var known = analyses.known(planning, model);
    if (known.isPresent()) {
      return CompletableFuture.completedStage(known.get());
    }
    if (name.isEmpty()) {
      return CompletableFuture.completedStage(
          analyses.unanswered(planning, "no engine serves " + planning.model()));
    }
    return ask(program, planning, name.get())
        .handle((answer, failure) ->
            failure == null
                ? analyses.answered(planning, model, answer)
                : analyses.unanswered(planning, reason(failure)));
  }

  private CompletionStage<String> ask(
      Program.Id program, Planning.Analysed planning, String model) {
    var question = LlmAnalysis.question(planning.outline());
    var request =
        ChatRequest.to(model)
            .system(question.system())
            .user(question.user())
            .maxTokens(Analyses.answerTokens(planning))
            .with("temperature", 0)
            .notStreamed()
            .build()
            .within(limit);
    return Troupe.get(system)
        .program(program.tenant(), program.value())
        .call(request)
        .via(AnswerText.deltas())
        .runFold("", String::concat, system);
  }

  private static String reason(Throwable failure) {
    var cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return String.valueOf(cause.getMessage());
  }
}
