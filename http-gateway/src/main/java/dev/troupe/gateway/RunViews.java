package dev.troupe.gateway;

import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.run.RunView;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// Answers with runs as they are at the moment.
final class RunViews {

  private final Runs runs;

  RunViews(Runs runs) {
    this.runs = runs;
  }

  /// Answers with a run and all its steps, or that there is none.
  CompletionStage<HttpResponse> answer(Request request, RunJournal.Key run, int status) {
    return whole(
        request,
        run,
        view ->
            CompletableFuture.completedFuture(
                Responses.json(status, RunAnswers.run(view), request.trace())));
  }

  /// Answers with how well a run goes, or that there is none.
  CompletionStage<HttpResponse> report(Request request, RunJournal.Key run) {
    return runs.assess(run)
        .thenCompose(assessed ->
            assessed
                .report()
                .<CompletionStage<HttpResponse>>map(report ->
                    CompletableFuture.completedFuture(
                        Responses.json(200, RunReports.json(report), request.trace())))
                .orElseGet(() -> unknown(request, run)));
  }

  /// @param then is told the run with all its steps
  CompletionStage<HttpResponse> whole(
      Request request, RunJournal.Key run, Function<RunView, CompletionStage<HttpResponse>> then) {
    return runs.view(run)
        .thenCompose(found -> found.map(then).orElseGet(() -> unknown(request, run)));
  }

  /// @param then is told the run without most of its steps
  CompletionStage<HttpResponse> known(
      Request request, RunJournal.Key run, Function<RunView, CompletionStage<HttpResponse>> then) {
    return runs.describe(run, 0, 1)
        .thenCompose(described -> described.run().map(then).orElseGet(() -> unknown(request, run)));
  }

  private static CompletionStage<HttpResponse> unknown(Request request, RunJournal.Key run) {
    return request.problem(RunFault.notFound(run.run().value()));
  }
}
