package dev.troupe.gateway;

import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.RunRequests.NotServedException;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.plan.StepId;
import dev.troupe.program.Identifiers;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `/v1/runs` and, as its predecessor has it, `/api/v1/runs`: plans that are executed as programs.
final class RunRoutes {

  private static final int MAX_BYTES = 4 << 20;
  private static final int PAGE = 1_000;

  /// The longest that a client may wait for a run's end with one request.
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final Runs runs;
  private final RunRequests requests;
  private final RunEvents events;
  private final RunList list;
  private final BodyReader bodies;
  private final LongSupplier nanoTime;

  RunRoutes(GatewayPorts ports, BodyReader bodies, LongSupplier nanoTime) {
    this.runs = ports.runs();
    this.requests = new RunRequests(ports.tools(), ports.models());
    this.events = new RunEvents(ports.runs());
    this.list = new RunList(ports.journal());
    this.bodies = bodies;
    this.nanoTime = nanoTime;
  }

  /// @param path what follows `/v1/runs`, in decoded segments
  /// @param form how strict submissions are read
  /// @return empty when there is no such path
  Optional<CompletionStage<HttpResponse>> handle(Request request, List<String> path, Form form) {
    var method = request.http().method();
    boolean isGet = method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD);
    boolean isPost = method.equals(HttpMethods.POST);
    if (path.isEmpty()) {
      return Optional.of(
          isPost ? submit(request, form) : isGet ? list.answer(request) : notAllowed(request));
    }
    if (!Identifiers.isValid(path.getFirst())) {
      return Optional.of(request.problem(RunFault.notFound(path.getFirst())));
    }
    var run = new RunJournal.Key(request.tenant(), new RunId(path.getFirst()));
    return switch (path.size()) {
      case 1 -> Optional.of(isGet ? describe(request, run, 200) : notAllowed(request));
      case 2 ->
          isGet
              ? look(request, run, path.get(1))
              : isPost ? act(request, run, path.get(1)) : Optional.of(notAllowed(request));
      case 4 ->
          path.get(1).equals("tasks") && isPost
              ? actOnStep(request, run, new StepId(path.get(2)), path.get(3))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private CompletionStage<HttpResponse> submit(Request request, Form form) {
    return withBody(
        request,
        body -> {
          var wanted =
              requests.submission(
                  body,
                  request.http().entity().getContentType().toString().contains("yaml"),
                  form,
                  request.headers().value("idempotency-key").filter(key -> !key.isBlank()),
                  "run-" + nanoTime.getAsLong());
          var run = new RunJournal.Key(request.tenant(), wanted.submit().run());
          return runs.ask(run, wanted.submit())
              .thenCompose(reply ->
                  reply.refusal().isEmpty()
                      ? submitted(request, run)
                      : refused(request, run, wanted, reply.refusal().get()));
        });
  }

  private CompletionStage<HttpResponse> refused(
      Request request, RunJournal.Key run, RunRequests.Wanted wanted, RunRefusal refusal) {
    if (refusal.code() != RunRefusal.Code.RUN_EXISTS || wanted.key().isEmpty()) {
      return request.problem(RunFault.of(refusal));
    }
    return runs.describe(run, 0, 1)
        .thenCompose(described ->
            described.run().filter(view -> wanted.isSame(view.metadata())).isPresent()
                ? submitted(request, run)
                : request.problem(RunFault.of(refusal)));
  }

  /// The run as it is at once, or at its end where the client waits for that, or its events.
  private CompletionStage<HttpResponse> submitted(Request request, RunJournal.Key run) {
    if (request.headers().value("accept").orElse("").contains("text/event-stream")) {
      return CompletableFuture.completedFuture(events.response(run, 0, request.trace()));
    }
    var wait = Parameters.first(request.http(), "wait").flatMap(RunRoutes::seconds);
    return wait.isEmpty()
        ? describe(request, run, 202)
        : awaitEnd(run, 1, nanoTime.getAsLong() + wait.get().toNanos())
            .thenCompose(_ -> describe(request, run, 202));
  }

  private CompletionStage<Void> awaitEnd(RunJournal.Key run, long from, long untilNanos) {
    var left = Duration.ofNanos(Math.max(0, untilNanos - nanoTime.getAsLong()));
    return runs.follow(run, from, PAGE, left)
        .thenCompose(followed -> {
          boolean isLate = nanoTime.getAsLong() - untilNanos >= 0;
          long next =
              followed.events().isEmpty() ? from : followed.events().getLast().sequence() + 1;
          return followed.isOver() || isLate
              ? CompletableFuture.completedStage(null)
              : awaitEnd(run, next, untilNanos);
        });
  }

  private Optional<CompletionStage<HttpResponse>> look(
      Request request, RunJournal.Key run, String what) {
    return switch (what) {
      case "events" -> Optional.of(follow(request, run));
      case "graph" -> Optional.of(whole(request, run, view -> RunGraph.response(request, view)));
      default -> Optional.empty();
    };
  }

  private CompletionStage<HttpResponse> follow(Request request, RunJournal.Key run) {
    var last = request.headers().value("last-event-id").filter(id -> id.matches("[0-9]{1,18}"));
    return known(
        request,
        run,
        _ ->
            CompletableFuture.completedFuture(
                events.response(run, last.map(Long::parseLong).orElse(0L), request.trace())));
  }

  private Optional<CompletionStage<HttpResponse>> act(
      Request request, RunJournal.Key run, String verb) {
    return switch (verb) {
      case "abort" -> Optional.of(ask(request, run, new RunCommand.Abort("asked for by a client")));
      case "pause" -> Optional.of(ask(request, run, new RunCommand.Pause()));
      case "resume" -> Optional.of(ask(request, run, new RunCommand.Resume()));
      case "tasks" ->
          Optional.of(
              withBody(
                  request,
                  body ->
                      whole(
                          request,
                          run,
                          view -> ask(request, run, requests.additions(body, view)))));
      default -> Optional.empty();
    };
  }

  private Optional<CompletionStage<HttpResponse>> actOnStep(
      Request request, RunJournal.Key run, StepId step, String verb) {
    return switch (verb) {
      case "retry" -> Optional.of(ask(request, run, new RunCommand.RetryStep(step)));
      case "skip" -> Optional.of(ask(request, run, new RunCommand.SkipStep(step)));
      case "approve", "reject" ->
          Optional.of(
              ask(
                  request,
                  run,
                  new RunCommand.Approve(
                      step, verb.equals("approve"), request.tenant().name(), "")));
      default -> Optional.empty();
    };
  }

  private CompletionStage<HttpResponse> ask(
      Request request, RunJournal.Key run, RunCommand command) {
    return runs.ask(run, command)
        .thenCompose(reply ->
            reply
                .refusal()
                .map(refusal -> request.problem(RunFault.of(refusal)))
                .orElseGet(() -> describe(request, run, 200)));
  }

  private CompletionStage<HttpResponse> describe(Request request, RunJournal.Key run, int status) {
    return pages(run, 0)
        .thenApply(view ->
            view.map(found -> Responses.json(status, RunAnswers.run(found), request.trace()))
                .orElseGet(() ->
                    Responses.problem(RunFault.notFound(run.run().value()), request.trace())));
  }

  /// A run with all its steps, which come in pages.
  private CompletionStage<Optional<RunView>> pages(RunJournal.Key run, int from) {
    return runs.describe(run, from, PAGE)
        .thenCompose(described -> {
          var page = described.run();
          return page.isEmpty() || page.get().steps().size() < PAGE
              ? CompletableFuture.completedStage(page)
              : pages(run, from + PAGE)
                  .thenApply(rest -> rest.map(more -> joined(page.get(), more)));
        });
  }

  private static RunView joined(RunView page, RunView rest) {
    return page.withSteps(Stream.concat(page.steps().stream(), rest.steps().stream()).toList());
  }

  private CompletionStage<HttpResponse> whole(
      Request request, RunJournal.Key run, Function<RunView, CompletionStage<HttpResponse>> then) {
    return pages(run, 0)
        .thenCompose(found -> found.map(then).orElseGet(() -> unknown(request, run)));
  }

  private static CompletionStage<HttpResponse> unknown(Request request, RunJournal.Key run) {
    return request.problem(RunFault.notFound(run.run().value()));
  }

  private CompletionStage<HttpResponse> known(
      Request request, RunJournal.Key run, Function<RunView, CompletionStage<HttpResponse>> then) {
    return runs.describe(run, 0, 1)
        .thenCompose(described -> described.run().map(then).orElseGet(() -> unknown(request, run)));
  }

  private CompletionStage<HttpResponse> withBody(
      Request request, Function<byte[], CompletionStage<HttpResponse>> then) {
    return bodies
        .read(request.http(), MAX_BYTES)
        .thenCompose(body ->
            switch (body) {
              case Body.Whole(var bytes, var held) -> {
                try {
                  yield then.apply(bytes.toArrayUnsafe());
                } catch (InvalidPlanException invalid) {
                  yield request.problem(RunFault.of(invalid.error()));
                } catch (NotServedException beyond) {
                  yield request.problem(RunFault.notServed(String.valueOf(beyond.getMessage())));
                } finally {
                  held.release();
                }
              }
              case Body.Refused refused -> request.problem(BodyReader.problem(refused));
            });
  }

  private CompletionStage<HttpResponse> notAllowed(Request request) {
    return bodies.refuse(request.http(), Routes.notAllowed(request.http(), request.trace()));
  }

  /// A number of seconds, with or without its unit.
  static Optional<Duration> seconds(String text) {
    return Optional.of(text)
        .filter(value -> value.matches("[0-9]{1,4}s?"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value.replace("s", ""))))
        .map(value -> value.compareTo(LONGEST_WAIT) < 0 ? value : LONGEST_WAIT);
  }
}
