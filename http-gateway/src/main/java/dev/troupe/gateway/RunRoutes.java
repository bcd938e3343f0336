package dev.troupe.gateway;

import dev.troupe.actor.RunJournal;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.plan.StepId;
import dev.troupe.program.Identifiers;
import dev.troupe.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `/v1/runs` and, as its predecessor has it, `/api/v1/runs`: plans that are executed as programs.
final class RunRoutes {

  /// The longest that a client may wait for a run's end with one request.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final RunBodies bodies;
  private final RunViews views;
  private final RunEvents events;
  private final RunList list;
  private final RunSubmissions submissions;
  private final RunVerbs verbs;

  /// @param leaving completes when those who follow runs are to do so at another node
  RunRoutes(
      GatewayPorts ports,
      RunRequests requests,
      BodyReader reader,
      LongSupplier nanoTime,
      CompletionStage<Done> leaving) {
    this.bodies = new RunBodies(reader);
    this.views = new RunViews(ports.runs());
    this.events = new RunEvents(ports.runs(), leaving);
    this.list = new RunList(ports.journal());
    this.submissions =
        new RunSubmissions(ports.runs(), views, events, requests, bodies, nanoTime, leaving);
    this.verbs = new RunVerbs(ports.runs(), views, requests, bodies, submissions);
  }

  /// @param path what follows `/v1/runs`, in decoded segments
  /// @param form how strict submissions are read
  /// @return empty when there is no such path
  Optional<CompletionStage<HttpResponse>> handle(Request request, List<String> path, Form form) {
    var method = request.http().method();
    boolean isGet = method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD);
    boolean isPost = method.equals(HttpMethods.POST);
    var refusal = refusal(request, path, isGet);
    if (refusal.isPresent()) {
      return Optional.of(bodies.refuse(request, refusal.get()));
    }
    if (path.isEmpty()) {
      return Optional.of(
          isPost
              ? submissions.submit(request, form)
              : isGet ? list.answer(request) : bodies.notAllowed(request));
    }
    if (!Identifiers.isValid(path.getFirst())) {
      return Optional.of(request.problem(RunFault.notFound(path.getFirst())));
    }
    var run = new RunJournal.Key(request.tenant(), new RunId(path.getFirst()));
    return switch (path.size()) {
      case 1 -> Optional.of(isGet ? show(request, run) : bodies.notAllowed(request));
      case 2 ->
          isGet
              ? look(request, run, path.get(1))
              : isPost
                  ? verbs.ofRun(request, run, path.get(1))
                  : Optional.of(bodies.notAllowed(request));
      case 4 ->
          path.get(1).equals("tasks") && isPost
              ? StepId.find(path.get(2))
                  .flatMap(step -> verbs.ofStep(request, run, step, path.get(3)))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /// What is wrong with the parameters.
  private static Optional<Problem> refusal(Request request, List<String> path, boolean isGet) {
    var last = path.isEmpty() ? "" : path.getLast();
    boolean begins = path.isEmpty() || path.size() == 2 && last.matches("fork|rerun");
    if (isGet) {
      // A list reads its own.
      return switch (path.size()) {
        case 0 -> Optional.empty();
        case 1 -> Parameters.refusal(request.http(), Parameters.WAIT);
        default ->
            last.equals("graph")
                ? Parameters.refusal(request.http(), Parameters.FORMAT)
                : Parameters.refusal(request.http());
      };
    }
    return begins
        ? Parameters.refusal(request.http(), Parameters.WAIT, Parameters.ON_CONFLICT)
        : Parameters.refusal(request.http());
  }

  /// A run that is not there is not waited for.
  private CompletionStage<HttpResponse> show(Request request, RunJournal.Key run) {
    return views.known(request, run, _ -> submissions.answer(request, run, 200));
  }

  private Optional<CompletionStage<HttpResponse>> look(
      Request request, RunJournal.Key run, String what) {
    return switch (what) {
      case "events" -> Optional.of(follow(request, run));
      case "report" -> Optional.of(views.report(request, run));
      case "graph" ->
          Optional.of(views.whole(request, run, view -> RunGraph.response(request, view)));
      default -> Optional.empty();
    };
  }

  private CompletionStage<HttpResponse> follow(Request request, RunJournal.Key run) {
    var last = request.headers().value("last-event-id").filter(id -> id.matches("[0-9]{1,18}"));
    return views.known(
        request,
        run,
        _ ->
            CompletableFuture.completedFuture(
                events.response(run, last.map(Long::parseLong).orElse(0L), request.trace())));
  }

  /// A number of seconds, with or without its unit.
  static Optional<Duration> seconds(String text) {
    return Optional.of(text)
        .filter(value -> value.matches("[0-9]{1,9}s?"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value.replace("s", ""))))
        .map(value -> value.compareTo(LONGEST_WAIT) < 0 ? value : LONGEST_WAIT);
  }
}
