package dev.troupe.gateway;

import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.plan.VerbJson;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunView;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// What clients ask of a run that there is. Each is answered with the run as it is then.
final class RunVerbs {

  private final Runs runs;
  private final RunViews views;
  private final RunRequests requests;
  private final RunBodies bodies;
  private final RunSubmissions submissions;

  RunVerbs(
      Runs runs,
      RunViews views,
      RunRequests requests,
      RunBodies bodies,
      RunSubmissions submissions) {
    this.runs = runs;
    this.views = views;
    this.requests = requests;
    this.bodies = bodies;
    this.submissions = submissions;
  }

  /// @return empty when there is no such verb
  Optional<CompletionStage<HttpResponse>> ofRun(Request request, RunJournal.Key run, String verb) {
    return switch (verb) {
      case "abort" -> Optional.of(ask(request, run, new RunCommand.Abort("asked for by a client")));
      case "pause" -> Optional.of(ask(request, run, new RunCommand.Pause()));
      case "resume" -> Optional.of(ask(request, run, new RunCommand.Resume()));
      case "retry" -> Optional.of(ask(request, run, new RunCommand.RetryFailed()));
      case "tasks" ->
          Optional.of(
              bodies.read(
                  request,
                  body ->
                      views.whole(
                          request,
                          run,
                          view -> ask(request, run, requests.additions(body, view)))));
      case "signal" ->
          Optional.of(
              bodies.read(
                  request,
                  body -> {
                    var signal = VerbJson.signal(body);
                    return ask(
                        request, run, new RunCommand.Signal(signal.name(), signal.payload()));
                  }));
      case "budget" ->
          Optional.of(
              bodies.read(
                  request,
                  body -> {
                    var more = VerbJson.budget(body);
                    return views.known(
                        request,
                        run,
                        view -> ask(request, run, new RunCommand.RaiseBudget(raised(view, more))));
                  }));
      case "fork" ->
          Optional.of(
              bodies.read(
                  request,
                  body -> again(request, run, VerbJson.fork(body), key(request, run, verb, body))));
      case "rerun" ->
          Optional.of(
              bodies.read(
                  request,
                  body ->
                      again(request, run, VerbJson.rerun(body), key(request, run, verb, body))));
      default -> Optional.empty();
    };
  }

  /// @return empty when there is no such verb
  Optional<CompletionStage<HttpResponse>> ofStep(
      Request request, RunJournal.Key run, StepId step, String verb) {
    return switch (verb) {
      case "retry" -> Optional.of(ask(request, run, new RunCommand.RetryStep(step)));
      case "skip" -> Optional.of(ask(request, run, new RunCommand.SkipStep(step)));
      case "approve", "reject" ->
          Optional.of(
              bodies.read(
                  request,
                  body ->
                      ask(
                          request,
                          run,
                          new RunCommand.Approve(
                              step,
                              verb.equals("approve"),
                              request.tenant().name(),
                              VerbJson.comment(body)))));
      default -> Optional.empty();
    };
  }

  /// What is not spoken of stays as it is.
  private static Budget raised(RunView run, Budget more) {
    var now = run.budget();
    return new Budget(
        more.micros().isPresent() ? more.micros() : now.micros(),
        more.micros().isPresent() ? more.currency() : now.currency(),
        more.tokens().isPresent() ? more.tokens() : now.tokens(),
        more.calls().isPresent() ? more.calls() : now.calls());
  }

  private static Optional<IdempotencyKey> key(
      Request request, RunJournal.Key run, String verb, byte[] body) {
    return IdempotencyKey.of(request, verb + " " + run.run().value(), body);
  }

  /// A new run in the place of this one.
  private CompletionStage<HttpResponse> again(
      Request request, RunJournal.Key run, VerbJson.Again asked, Optional<IdempotencyKey> key) {
    var id = requests.id(asked.id(), key);
    return runs.prepare(run, id, asked.step(), asked.budget())
        .thenCompose(prepared ->
            prepared.submit().isPresent()
                ? submissions.begin(request, requests.fork(prepared.submit().get(), key))
                : request.problem(RunFault.of(prepared.refusal().orElseThrow())));
  }

  private CompletionStage<HttpResponse> ask(
      Request request, RunJournal.Key run, RunCommand command) {
    return runs.ask(run, command)
        .thenCompose(reply ->
            reply
                .refusal()
                .map(refusal -> request.problem(RunFault.of(refusal)))
                .orElseGet(() -> views.answer(request, run, 200)));
  }
}
