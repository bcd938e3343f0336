package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.Functions;
import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.Identifiers;
import dev.troupe.run.StepError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `/v1/functions`: workers outside take the calls that steps of runs make, and answer them.
///
/// ```
/// POST /v1/functions/{name}/take?wait=30s        204, or {"id", "arguments", "lease_ms"}
/// POST /v1/functions/{name}/extend               {"id"}: a sign of life
/// POST /v1/functions/{name}/finish               {"id", "result"}
/// POST /v1/functions/{name}/fail                 {"id", "message", "transient"}
/// ```
final class FunctionRoutes {

  private static final List<String> EXTEND = List.of("id");
  private static final List<String> FINISH = List.of("id", "result");
  private static final List<String> FAIL = List.of("id", "message", "transient");

  private static final int MAX_BYTES = 4 << 20;
  private static final Duration USUAL_WAIT = Duration.ofSeconds(20);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final Functions functions;
  private final BodyReader bodies;
  private final CompletionStage<FunctionActor.Taken> end;

  /// @param leaving completes when workers are to ask at another node
  FunctionRoutes(Functions functions, BodyReader bodies, CompletionStage<Done> leaving) {
    this.functions = functions;
    this.bodies = bodies;
    this.end = leaving.thenApply(_ -> new FunctionActor.Taken(Optional.empty()));
  }

  /// @param path what follows `/v1/functions`, in decoded segments
  /// @return empty when there is no such path
  Optional<CompletionStage<HttpResponse>> handle(Request request, List<String> path) {
    boolean isPost = request.http().method().equals(HttpMethods.POST);
    if (path.size() != 2 || !isPost || !Identifiers.isValid(path.getFirst())) {
      return Optional.empty();
    }
    var refusal =
        path.get(1).equals("take")
            ? Parameters.refusal(request.http(), Parameters.WAIT)
            : Parameters.refusal(request.http());
    if (refusal.isPresent()) {
      return Optional.of(
          bodies.refuse(request.http(), Responses.problem(refusal.get(), request.trace())));
    }
    var name = path.getFirst();
    return switch (path.get(1)) {
      case "take" -> Optional.of(take(request, name));
      case "extend" -> Optional.of(withCall(request, EXTEND, (id, _) -> extend(request, name, id)));
      case "finish" ->
          Optional.of(
              withCall(
                  request,
                  FINISH,
                  (id, body) ->
                      answer(request, name, id, new FunctionActor.Finish(id, result(body)))));
      case "fail" ->
          Optional.of(
              withCall(
                  request,
                  FAIL,
                  (id, body) ->
                      answer(request, name, id, new FunctionActor.Fail(id, error(body)))));
      default -> Optional.empty();
    };
  }

  private CompletionStage<HttpResponse> take(Request request, String name) {
    var wait =
        Parameters.first(request.http(), "wait").flatMap(RunRoutes::seconds).orElse(USUAL_WAIT);
    var patience = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    var taken = functions.take(request.tenant(), name, patience);
    // A worker that has gone while it waited hears of no call. One that goes later has it until its
    // lease ends, as nobody knows what it heard.
    var heard =
        taken
            .applyToEither(end, FunctionActor.Taken::call)
            .thenApply(call -> call.filter(_ -> !request.clientGone().isDone()));
    taken.thenAcceptBoth(
        heard,
        (given, told) ->
            given
                .call()
                .filter(_ -> told.isEmpty())
                .map(unheard -> new FunctionActor.GiveBack(unheard.id()))
                .ifPresent(back -> functions.tell(request.tenant(), name, back)));
    return heard.thenApply(
        call -> call.map(known -> given(known, request)).orElseGet(() -> nothing(request)));
  }

  private static HttpResponse given(FunctionActor.Given call, Request request) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", call.id());
    json.set("arguments", call.arguments());
    json.put("lease_ms", call.lease().toMillis());
    return Responses.json(200, json, request.trace());
  }

  private static HttpResponse nothing(Request request) {
    return HttpResponse.create()
        .withStatus(Responses.status(204))
        .addHeader(Responses.header(Trace.HEADER, request.trace().id()));
  }

  private CompletionStage<HttpResponse> extend(Request request, String name, String id) {
    return functions
        .extend(request.tenant(), name, id)
        .thenApply(extended -> {
          var json = Responses.JSON.createObjectNode().put("is_held", extended.isHeld());
          return Responses.json(200, json, request.trace());
        });
  }

  /// An answer that nobody waits for is refused: its worker would believe it had been of use. A function
  /// that does not say so in time, as while it moves, is told the answer, and holds it for its step.
  private CompletionStage<HttpResponse> answer(
      Request request, String name, String id, FunctionActor.Command command) {
    return functions
        .find(request.tenant(), name, id)
        .exceptionally(_ -> new FunctionActor.Found(true))
        .thenCompose(found -> {
          if (!found.isKnown()) {
            return request.problem(RunFault.callNotFound(id));
          }
          functions.tell(request.tenant(), name, command);
          return request.answer(202, Responses.JSON.createObjectNode());
        });
  }

  /// What came of a call: nothing, where the worker does not say.
  private static JsonNode result(JsonNode body) {
    return body.has("result") ? body.path("result") : NullNode.instance;
  }

  private static StepError error(JsonNode body) {
    return new StepError(
        StepError.Code.EXECUTION_FAILED,
        body.path("message").asText("the worker failed"),
        body.path("transient").asBoolean(false),
        true,
        OptionalLong.empty());
  }

  private interface Then {
    CompletionStage<HttpResponse> apply(String id, JsonNode body);
  }

  /// @param keys that the body may have: a result under another one would be lost
  private CompletionStage<HttpResponse> withCall(Request request, List<String> keys, Then then) {
    return bodies
        .read(request.http(), MAX_BYTES)
        .thenCompose(body ->
            switch (body) {
              case Body.Whole(var bytes, var held) -> {
                try {
                  var json = Responses.JSON.readTree(bytes.toArrayUnsafe());
                  var id = json.path("id").asText("");
                  var unknown =
                      json.propertyStream()
                          .map(Map.Entry::getKey)
                          .filter(key -> !keys.contains(key))
                          .findFirst();
                  yield unknown.isPresent()
                      ? request.problem(RunFault.unknownKey(unknown.get(), keys))
                      : id.isEmpty() ? invalid(request) : then.apply(id, json);
                } catch (IOException noJson) {
                  yield invalid(request);
                } finally {
                  held.release();
                }
              }
              case Body.Refused refused -> request.problem(BodyReader.problem(refused));
            });
  }

  private static CompletionStage<HttpResponse> invalid(Request request) {
    return request.problem(
        Problem.of(
            Fault.INVALID_BODY,
            "The body is no JSON object with the call's `id`",
            Optional.of("id")));
  }
}
