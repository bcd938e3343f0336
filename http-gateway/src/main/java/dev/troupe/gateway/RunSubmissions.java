package dev.troupe.gateway;

import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.gateway.IdempotencyKey.Match;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.run.RunRefusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// How runs begin over HTTP, and how the client that began one is answered: at once, when the run has ended,
/// or with its events.
final class RunSubmissions {

  private final Runs runs;
  private final RunViews views;
  private final RunEvents events;
  private final RunRequests requests;
  private final RunBodies bodies;
  private final LongSupplier nanoTime;
  private final CompletionStage<Done> leaving;

  /// @param leaving completes when those who wait for runs are to ask at another node
  RunSubmissions(
      Runs runs,
      RunViews views,
      RunEvents events,
      RunRequests requests,
      RunBodies bodies,
      LongSupplier nanoTime,
      CompletionStage<Done> leaving) {
    this.runs = runs;
    this.views = views;
    this.events = events;
    this.requests = requests;
    this.bodies = bodies;
    this.nanoTime = nanoTime;
    this.leaving = leaving;
  }

  /// @param form how strict it is read
  CompletionStage<HttpResponse> submit(Request request, Form form) {
    return bodies.read(
        request,
        body ->
            begin(
                request,
                requests.submission(
                    body,
                    request.http().entity().getContentType().toString().contains("yaml"),
                    form,
                    IdempotencyKey.of(request, "submit", body))));
  }

  CompletionStage<HttpResponse> begin(Request request, RunRequests.Wanted wanted) {
    requests.checkPriority(wanted.submit(), request.tenant());
    var run = new RunJournal.Key(request.tenant(), wanted.submit().run());
    return runs.ask(run, wanted.submit())
        .thenCompose(reply ->
            reply.refusal().isEmpty()
                ? submitted(request, run)
                : refused(request, run, wanted, reply.refusal().get()));
  }

  private CompletionStage<HttpResponse> refused(
      Request request, RunJournal.Key run, RunRequests.Wanted wanted, RunRefusal refusal) {
    if (refusal.code() != RunRefusal.Code.RUN_EXISTS) {
      return request.problem(RunFault.of(refusal));
    }
    return match(run, wanted)
        .thenCompose(match ->
            switch (match) {
              case SAME -> submitted(request, run);
              case REUSED -> request.problem(RunFault.keyReused(run.run().value()));
              case NONE ->
                  attaches(request)
                      ? submitted(request, run)
                      : request.problem(RunFault.of(refusal));
            });
  }

  /// What the run that is there has to do with the key of this request.
  private CompletionStage<Match> match(RunJournal.Key run, RunRequests.Wanted wanted) {
    return wanted
        .key()
        .map(key ->
            runs.describe(run, 0, 1)
                .thenApply(described ->
                    described.run().map(view -> key.match(view.metadata())).orElse(Match.NONE)))
        .orElseGet(() -> CompletableFuture.completedStage(Match.NONE));
  }

  /// Whether the client wants the run that there is, where there is one of that id.
  private static boolean attaches(Request request) {
    return Parameters.first(request.http(), "on_conflict").orElse("reject").equals("attach");
  }

  /// The run as it is at once, or at its end where the client waits for that, or its events.
  private CompletionStage<HttpResponse> submitted(Request request, RunJournal.Key run) {
    if (request.headers().value("accept").orElse("").contains("text/event-stream")) {
      return CompletableFuture.completedFuture(events.response(run, 0, request.trace()));
    }
    return answer(request, run, 202);
  }

  /// Answers with a run that there is: as it is at once, or at its end where the client waits for that. A
  /// node that leaves holds nobody up: it answers with the run as it is then.
  CompletionStage<HttpResponse> answer(Request request, RunJournal.Key run, int status) {
    var wait = Parameters.first(request.http(), "wait").flatMap(RunRoutes::seconds);
    return wait.isEmpty()
        ? views.answer(request, run, status)
        : awaitEnd(run, nanoTime.getAsLong() + wait.get().toNanos())
            .applyToEither(leaving, _ -> Done.getInstance())
            .thenCompose(_ -> views.answer(request, run, status));
  }

  /// Asks for an event that there will not be: the answer is the run's end.
  private CompletionStage<Done> awaitEnd(RunJournal.Key run, long untilNanos) {
    var left = Duration.ofNanos(Math.max(0, untilNanos - nanoTime.getAsLong()));
    return runs.follow(run, Long.MAX_VALUE, 1, left)
        .thenCompose(followed -> {
          boolean isLate = nanoTime.getAsLong() - untilNanos >= 0;
          return followed.isOver() || isLate
              ? CompletableFuture.completedStage(Done.getInstance())
              : awaitEnd(run, untilNanos);
        });
  }
}
