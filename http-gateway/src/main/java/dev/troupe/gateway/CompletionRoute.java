package dev.troupe.gateway;

import dev.troupe.actor.CallRequest;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.ProgramActor;
import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.BodyScan.Malformed;
import dev.troupe.gateway.BodyScan.Scanned;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `POST /v1/chat/completions` and `/v1/completions`: from a request to a started call.
final class CompletionRoute {

  private static final String DEADLINE = "x-troupe-deadline-ms";

  /// Headers of the request to us, or meant for us alone.
  private static final Set<String> NOT_PASSED =
      Set.of(
          "accept-encoding",
          "api-key",
          "authorization",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "host",
          "x-api-key");

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final GatewayPorts ports;
  private final ProgramIdentity identity;
  private final BodyReader bodies;
  private final AllowedPriorities priorities;

  CompletionRoute(
      ActorSystem<?> system,
      GatewaySettings settings,
      GatewayPorts ports,
      ProgramIdentity identity,
      BodyReader bodies) {
    this.system = system;
    this.settings = settings;
    this.ports = ports;
    this.identity = identity;
    this.bodies = bodies;
    this.priorities = AllowedPriorities.of(settings);
  }

  CompletionStage<HttpResponse> handle(Request request, BodyScan.Kind kind) {
    return bodies
        .read(request.http(), settings.maxBodyBytes())
        .thenCompose(body ->
            switch (body) {
              case Body.Whole whole -> whole(request, kind, whole);
              case Body.Refused refused -> request.problem(BodyReader.problem(refused));
            });
  }

  /// The body is held until its call has ended, or there is none.
  private CompletionStage<HttpResponse> whole(
      Request request, BodyScan.Kind kind, Body.Whole whole) {
    return CompletableFuture.completedStage(whole.bytes().toArrayUnsafe())
        .thenCompose(bytes -> outcome(request, kind, bytes))
        .whenComplete((outcome, failure) -> {
          if (failure == null && outcome instanceof Outcome.Started(var exchange)) {
            exchange.end().thenRun(whole.held()::release);
          } else {
            whole.held().release();
          }
        })
        .thenCompose(outcome ->
            switch (outcome) {
              case Outcome.Started(var exchange) -> exchange.response();
              case Outcome.Refused(var problem) -> request.problem(problem);
            });
  }

  /// What becomes of a body that came whole.
  private sealed interface Outcome {

    record Started(CallExchange exchange) implements Outcome {}

    record Refused(Problem problem) implements Outcome {}
  }

  private CompletionStage<Outcome> outcome(Request request, BodyScan.Kind kind, byte[] bytes) {
    return deadline(request.headers())
        .map(deadline -> scanned(request, deadline, kind, bytes))
        .orElseGet(() ->
            refused(
                Problem.of(
                    Fault.INVALID_HEADER,
                    "The header X-Troupe-Deadline-Ms is not a whole number of milliseconds"
                        + " above 0",
                    Optional.of(DEADLINE))));
  }

  private CompletionStage<Outcome> scanned(
      Request request, Duration deadline, BodyScan.Kind kind, byte[] bytes) {
    return switch (BodyScan.scan(bytes, kind, settings.bytesPerToken())) {
      case Malformed(var detail, var param) ->
          refused(Problem.of(Fault.INVALID_BODY, detail, param));
      case Scanned(var body) ->
          ports
              .pools()
              .apply(body.model())
              .map(pool -> declared(request, deadline, body, pool))
              .orElseGet(() -> refused(Problem.unknownModel(body.model())));
    };
  }

  private CompletionStage<Outcome> declared(
      Request request, Duration deadline, ScannedBody body, ModelPool pool) {
    return switch (AskedOfProgram.of(request.tenant(), request.headers(), body, priorities)) {
      case AskedOfProgram.Said said -> started(request, deadline, body, pool, said);
      case AskedOfProgram.Refused(var problem) -> refused(problem);
    };
  }

  private static CompletionStage<Outcome> refused(Problem problem) {
    return CompletableFuture.completedStage(new Outcome.Refused(problem));
  }

  private CompletionStage<Outcome> started(
      Request request,
      Duration deadline,
      ScannedBody body,
      ModelPool pool,
      AskedOfProgram.Said said) {
    return identity
        .told(request.tenant(), request.headers(), body)
        .thenApply(_ -> new Outcome.Started(start(request, deadline, body, pool, said)));
  }

  private CallExchange start(
      Request request,
      Duration deadline,
      ScannedBody body,
      ModelPool pool,
      AskedOfProgram.Said said) {
    var who = identity.identify(request.tenant(), request.headers(), body);
    declare(who);
    var facts = new CallFacts(request.trace(), who, body.isStreamed(), metadata(who, body));
    var exchange =
        new CallExchange(system, settings, facts, answer -> identity.relayed(who, body, answer));
    ports
        .calls()
        .tell(
            new CallsActor.Start(
                call(who, body, pool),
                engineRequest(request, body),
                who.source().label(),
                who.source() == IdentitySource.OWN,
                new Program.Declared(who.parent(), said.priority(), remainingCalls(who, said)),
                deadline,
                exchange));
    abandonWhenClientGoes(request, who, exchange);
    if (who.isFinal()) {
      exchange.end().thenRun(() -> close(who));
    }
    return exchange;
  }

  /// Of a program that is said to end with this call none remain.
  private static OptionalInt remainingCalls(Identified who, AskedOfProgram.Said said) {
    return who.isFinal() ? OptionalInt.of(0) : said.remainingCalls();
  }

  private Call call(Identified who, ScannedBody body, ModelPool pool) {
    return new Call(
        who.call(),
        who.program(),
        pool,
        body.promptTokens(),
        Call.expectedOutputTokens(body.outputLimit(), settings.expectedOutputTokens()),
        body.prefix(),
        who.parents());
  }

  private static CallRequest engineRequest(Request request, ScannedBody body) {
    var passed = body.body();
    for (var name : ProgramIdentity.OWN_MEMBERS) {
      passed = passed.without(name);
    }
    List<Header> headers =
        request.headers().headers().stream()
            .filter(header -> !header.isOfConnection())
            .filter(header -> !NOT_PASSED.contains(header.name()))
            .filter(header -> !ProgramIdentity.isOwnHeader(header.name()))
            .toList();
    return new CallRequest(request.http().getUri().path(), headers, passed, body.isStreamed());
  }

  /// A call ends with its connection. A connection outlives its calls: `anyOf` leaves nothing
  /// behind on it when the call ends first.
  private void abandonWhenClientGoes(Request request, Identified who, CallExchange exchange) {
    var _ =
        CompletableFuture.anyOf(request.clientGone(), exchange.end().toCompletableFuture())
            .thenRun(() -> {
              if (!exchange.hasEnded()) {
                ports.calls().tell(new CallsActor.Abandon(who.call()));
              }
            });
  }

  private void declare(Identified who) {
    if (who.isMultithreaded()) {
      ports
          .programs()
          .tell(
              who.program(),
              new ProgramActor.Open(
                  true,
                  who.parent(),
                  Map.of(),
                  OptionalInt.empty(),
                  OptionalInt.empty(),
                  system.ignoreRef()));
    }
  }

  private void close(Identified who) {
    ports
        .programs()
        .tell(
            who.program(), new ProgramActor.Close(ProgramView.State.COMPLETED, system.ignoreRef()));
  }

  /// Empty when the client asks for one that cannot be read.
  private Optional<Duration> deadline(HeaderView headers) {
    var asked = headers.value(DEADLINE);
    if (asked.isEmpty()) {
      return Optional.of(settings.deadline());
    }
    try {
      long millis = Long.parseLong(asked.get().strip());
      long most = settings.maxDeadline().toMillis();
      return millis > 0 ? Optional.of(Duration.ofMillis(Math.min(millis, most))) : Optional.empty();
    } catch (NumberFormatException unreadable) {
      return Optional.empty();
    }
  }

  /// Clients that annotate their calls look for this member in the answer.
  private static Optional<String> metadata(Identified who, ScannedBody body) {
    boolean isAnnotated =
        body.hints().keySet().stream().anyMatch(path -> path.startsWith(HintScan.ANNOTATION));
    if (!isAnnotated) {
      return Optional.empty();
    }
    var metadata = Responses.JSON.createObjectNode();
    metadata.put("session_id", who.program().value());
    metadata.put("thread_id", who.callName());
    metadata.put("call_id", who.callName());
    return Optional.of("\"autellix_metadata\":" + Responses.text(metadata));
  }
}
