package dev.troupe.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.EngineActor.EngineView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/// What this node is and has: models, engines, health, metrics.
final class StatusRoutes {

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final GatewayPorts ports;
  private final BodyBudget budget;
  private final CompletableFuture<Done> draining;

  /// @param draining completed when the node takes no more calls
  StatusRoutes(
      ActorSystem<?> system,
      GatewaySettings settings,
      GatewayPorts ports,
      BodyBudget budget,
      CompletableFuture<Done> draining) {
    this.system = system;
    this.settings = settings;
    this.ports = ports;
    this.budget = budget;
    this.draining = draining;
  }

  HttpResponse root(Trace trace) {
    var json = Responses.JSON.createObjectNode();
    json.put("object", "troupe");
    json.put("base_url", "/v1");
    return Responses.json(200, json, trace);
  }

  /// The process answers. Calls go on while storage is away, so that does not make it unhealthy.
  CompletionStage<HttpResponse> health(Trace trace) {
    return ports
        .standings()
        .health()
        .thenApply(storage -> {
          var json = status("healthy");
          var told = json.putObject("storage");
          told.put("kind", storage.kind());
          told.put("status", storage.isAvailable() ? "available" : "unavailable");
          told.put("unsaved_programs", storage.unsavedPrograms());
          told.put("dropped_programs", storage.droppedPrograms());
          storage.failure().ifPresent(failure -> told.put("failure", failure));
          var bodies = json.putObject("bodies");
          bodies.put("held_bytes", budget.heldBytes());
          bodies.put("max_bytes", budget.maxBytes());
          return Responses.json(200, json, trace);
        });
  }

  /// Calls would be served.
  CompletionStage<HttpResponse> ready(Trace trace) {
    if (draining.isDone()) {
      return CompletableFuture.completedFuture(Responses.json(503, status("draining"), trace));
    }
    return AskPattern.ask(
            ports.catalog(),
            (ActorRef<Optional<String>> replyTo) -> new CatalogActor.AskMissing(replyTo),
            settings.controlTimeout(),
            system.scheduler())
        .thenApply(missing ->
            Responses.json(
                missing.isPresent() ? 503 : 200, status(missing.orElse("ready")), trace));
  }

  HttpResponse metrics(Trace trace) {
    return HttpResponse.create()
        .addHeader(Responses.header(Trace.HEADER, trace.id()))
        .withEntity(
            ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8"),
            ByteString.fromString(ports.metrics().get()));
  }

  CompletionStage<HttpResponse> models(Request request) {
    return listModels()
        .thenApply(models -> {
          var json = Responses.JSON.createObjectNode();
          json.put("object", "list");
          var data = json.putArray("data");
          models.forEach(model -> putModel(data.addObject(), model));
          return Responses.json(200, json, request.trace());
        });
  }

  CompletionStage<HttpResponse> model(Request request, String name) {
    return listModels()
        .thenApply(models -> {
          if (!models.contains(name)) {
            return Responses.problem(Problem.unknownModel(name), request.trace());
          }
          var json = Responses.JSON.createObjectNode();
          putModel(json, name);
          return Responses.json(200, json, request.trace());
        });
  }

  CompletionStage<HttpResponse> engines(Request request) {
    return AskPattern.ask(
            ports.catalog(),
            (ActorRef<List<EngineView>> replyTo) -> new CatalogActor.ListEngines(replyTo),
            settings.controlTimeout(),
            system.scheduler())
        .thenApply(engines -> {
          var json = Responses.JSON.createObjectNode();
          json.put("object", "list");
          var data = json.putArray("data");
          engines.forEach(engine -> data.add(ProgramJson.engine(engine)));
          return Responses.json(200, json, request.trace());
        });
  }

  private CompletionStage<List<String>> listModels() {
    return AskPattern.ask(
        ports.catalog(),
        (ActorRef<List<String>> replyTo) -> new CatalogActor.ListModels(replyTo),
        settings.controlTimeout(),
        system.scheduler());
  }

  private static ObjectNode status(String status) {
    return Responses.JSON.createObjectNode().put("status", status);
  }

  private static void putModel(ObjectNode json, String model) {
    json.put("id", model);
    json.put("object", "model");
    json.put("created", 0);
    json.put("owned_by", "troupe");
  }
}
