package dev.troupe.gateway;

import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramActor.Described;
import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView.State;
import dev.troupe.program.RemainingCalls;
import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `/v1/programs`: programs that callers declare, look at and end, and calls of theirs that run
/// elsewhere.
final class ProgramRoutes {

  private static final int DEFAULT_LIMIT = 100;

  private static final List<String> OPEN =
      List.of(
          "id",
          "is_multithreaded",
          "metadata",
          "parent",
          "priority",
          "remaining_calls",
          "session_id");
  private static final List<String> REGISTER = List.of("call_id", "parents");
  private static final List<String> COMPLETE =
      List.of("state", "prompt_tokens", "cached_tokens", "completion_tokens", "service_ms");
  private static final List<String> CALL_STATES = List.of("completed", "failed");

  private final ProgramList programList;
  private final BodyReader bodies;
  private final ProgramQuestions programs;
  private final AllowedPriorities priorities;

  ProgramRoutes(
      ActorSystem<?> system, GatewaySettings settings, GatewayPorts ports, BodyReader bodies) {
    this.programList = ports.programList();
    this.bodies = bodies;
    this.programs = new ProgramQuestions(system, ports.programs(), settings.controlTimeout());
    this.priorities = AllowedPriorities.of(settings);
  }

  /// @param path what follows `/v1/programs`, in decoded segments
  /// @return empty when there is no such path
  Optional<CompletionStage<HttpResponse>> handle(Request request, List<String> path) {
    var method = request.http().method();
    boolean isGet = method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD);
    boolean isPost = method.equals(HttpMethods.POST);
    var refusal = refusal(request, path);
    if (refusal.isPresent()) {
      return Optional.of(
          bodies.refuse(request.http(), Responses.problem(refusal.get(), request.trace())));
    }
    return switch (path.size()) {
      case 0 -> Optional.of(isGet ? list(request) : isPost ? open(request) : notAllowed(request));
      case 1 ->
          Optional.of(
              isGet
                  ? describe(request, path.getFirst())
                  : method.equals(HttpMethods.DELETE)
                      ? close(request, path.getFirst())
                      : notAllowed(request));
      case 2 ->
          path.get(1).equals("calls")
              ? Optional.of(isPost ? register(request, path.getFirst()) : notAllowed(request))
              : Optional.empty();
      case 4 ->
          path.get(1).equals("calls") && path.get(3).equals("complete")
              ? Optional.of(
                  isPost ? complete(request, path.getFirst(), path.get(2)) : notAllowed(request))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /// What is wrong with the parameters.
  private static Optional<Problem> refusal(Request request, List<String> path) {
    var method = request.http().method();
    boolean isList = path.isEmpty() && !method.equals(HttpMethods.POST);
    return isList
        ? Parameters.refusal(request.http(), Parameters.LIMIT)
        : path.size() == 1 && method.equals(HttpMethods.DELETE)
            ? Parameters.refusal(request.http(), Parameters.STATE)
            : Parameters.refusal(request.http());
  }

  private CompletionStage<HttpResponse> list(Request request) {
    int limit =
        Parameters.first(request.http(), "limit").flatMap(RunQuery::limit).orElse(DEFAULT_LIMIT);
    return programList
        .list(request.tenant(), limit)
        .thenApply(listed -> {
          var json = Responses.JSON.createObjectNode();
          json.put("object", "list");
          json.put("total", listed.total());
          var data = json.putArray("data");
          listed.programs().forEach(view -> data.add(ProgramJson.program(view)));
          return Responses.json(200, json, request.trace());
        });
  }

  private CompletionStage<HttpResponse> open(Request request) {
    return withBody(
        request,
        OPEN,
        body -> {
          var program =
              new Program.Id(
                  request.tenant(),
                  body.name("id")
                      .or(() -> body.name("session_id"))
                      .orElseGet(ProgramRoutes::newName));
          var parent = body.name("parent").map(name -> new Program.Id(request.tenant(), name));
          boolean isMultithreaded = body.flag("is_multithreaded");
          var metadata = body.texts("metadata");
          var priority = body.wholeNumber("priority");
          var remaining = body.wholeNumber("remaining_calls");
          var refusal = refusal(request.tenant(), priority, remaining);
          if (refusal.isPresent()) {
            return request.problem(refusal.get());
          }
          return programs
              .ask(program, ProgramActor.Describe::new)
              .thenCompose(before ->
                  programs
                      .ask(
                          program,
                          replyTo ->
                              new ProgramActor.Open(
                                  isMultithreaded, parent, metadata, priority, remaining, replyTo))
                      .thenApply(
                          after -> view(request, before.view().isPresent() ? 200 : 201, after)));
        });
  }

  private CompletionStage<HttpResponse> describe(Request request, String name) {
    return ofProgram(
        request,
        name,
        program ->
            programs
                .ask(program, ProgramActor.Describe::new)
                .thenApply(described -> view(request, 200, described)));
  }

  private CompletionStage<HttpResponse> close(Request request, String name) {
    var outcome =
        switch (Parameters.first(request.http(), "state").orElse("completed")) {
          case "failed" -> State.FAILED;
          case "timeout" -> State.TIMED_OUT;
          default -> State.COMPLETED;
        };
    return ofProgram(
        request,
        name,
        program ->
            programs
                .ask(program, replyTo -> new ProgramActor.Close(outcome, replyTo))
                .thenApply(described -> view(request, 200, described)));
  }

  private CompletionStage<HttpResponse> register(Request request, String name) {
    return ofProgram(
        request,
        name,
        program ->
            withBody(
                request,
                REGISTER,
                body -> {
                  var callName = body.name("call_id").orElseGet(ProgramRoutes::newName);
                  var call = CallNames.id(program, callName);
                  var parents =
                      body.names("parents").stream()
                          .map(parent -> CallNames.id(program, parent))
                          .toList();
                  return programs
                      .ask(program, replyTo -> new ProgramActor.Register(call, parents, replyTo))
                      .thenApply(_ ->
                          Responses.json(201, ProgramJson.callName(name, call), request.trace()));
                }));
  }

  private CompletionStage<HttpResponse> complete(Request request, String name, String callName) {
    return ofProgram(
        request,
        name,
        program ->
            withBody(
                request,
                COMPLETE,
                body -> {
                  var call = CallNames.id(program, callName);
                  var usage =
                      new Usage(
                          body.count("prompt_tokens"),
                          body.count("cached_tokens"),
                          body.count("completion_tokens"));
                  long serviceNanos = (long) (body.number("service_ms") * 1e6);
                  boolean succeeded =
                      !body.word("state", CALL_STATES).orElse("completed").equals("failed");
                  return programs
                      .ask(
                          program,
                          replyTo ->
                              new ProgramActor.Complete(
                                  call, usage, serviceNanos, succeeded, replyTo))
                      .thenApply(described -> view(request, 200, described));
                }));
  }

  private CompletionStage<HttpResponse> ofProgram(
      Request request, String name, Function<Program.Id, CompletionStage<HttpResponse>> then) {
    try {
      return then.apply(new Program.Id(request.tenant(), name));
    } catch (IllegalArgumentException invalid) {
      return request.problem(unknown());
    }
  }

  /// @param members that the body may have
  private CompletionStage<HttpResponse> withBody(
      Request request,
      List<String> members,
      Function<SmallBody, CompletionStage<HttpResponse>> then) {
    return bodies
        .read(request.http(), SmallBody.MAX_BYTES)
        .thenCompose(body ->
            switch (body) {
              case Body.Whole whole -> {
                try {
                  yield withObject(request, whole, members, then);
                } finally {
                  // What is asked for is read out of it by now.
                  whole.held().release();
                }
              }
              case Body.Refused refused -> request.problem(BodyReader.problem(refused));
            });
  }

  private static CompletionStage<HttpResponse> withObject(
      Request request,
      Body.Whole whole,
      List<String> members,
      Function<SmallBody, CompletionStage<HttpResponse>> then) {
    try {
      return then.apply(SmallBody.of(whole, members));
    } catch (SmallBody.InvalidMember invalid) {
      return request.problem(invalid.problem());
    }
  }

  private static HttpResponse view(Request request, int status, Described described) {
    return described
        .view()
        .map(view -> Responses.json(status, ProgramJson.program(view), request.trace()))
        .orElseGet(() -> Responses.problem(unknown(), request.trace()));
  }

  private CompletionStage<HttpResponse> notAllowed(Request request) {
    return bodies.refuse(request.http(), Routes.notAllowed(request.http(), request.trace()));
  }

  private Optional<Problem> refusal(Tenant tenant, OptionalInt priority, OptionalInt remaining) {
    if (remaining.isPresent() && !RemainingCalls.isValid(remaining.getAsInt())) {
      return Optional.of(notAllowed("remaining_calls", AskedOfProgram.REMAINING_RULE));
    }
    return priority.isPresent()
        ? priorities.refusal(tenant, priority.getAsInt()).map(why -> notAllowed("priority", why))
        : Optional.empty();
  }

  private static Problem notAllowed(String member, String why) {
    return Problem.of(
        Fault.INVALID_BODY, "The member `" + member + "` must be " + why, Optional.of(member));
  }

  private static Problem unknown() {
    return Problem.of(Fault.UNKNOWN_PROGRAM, "Nothing is known of such a program of this API key.");
  }

  private static String newName() {
    return UUID.randomUUID().toString();
  }
}
