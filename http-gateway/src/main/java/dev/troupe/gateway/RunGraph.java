package dev.troupe.gateway;

import dev.troupe.plan.PlanGraph;
import dev.troupe.run.RunView;
import dev.troupe.run.StepView;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/// A run's steps as a picture, each in its state, in the form that the client asks for.
final class RunGraph {

  private RunGraph() {}

  static CompletionStage<HttpResponse> response(Request request, RunView run) {
    var graph = PlanGraph.of(run.steps().stream().map(RunGraph::node).toList());
    return switch (Parameters.first(request.http(), "format").orElse("json")) {
      case "mermaid" -> text(request, "vnd.mermaid", graph.mermaid());
      case "dot" -> text(request, "vnd.graphviz", graph.dot());
      default ->
          CompletableFuture.completedFuture(Responses.json(200, graph.json(), request.trace()));
    };
  }

  private static PlanGraph.Node node(StepView step) {
    var state =
        switch (step.state()) {
          case PENDING -> PlanGraph.State.PENDING;
          case READY -> PlanGraph.State.READY;
          case RUNNING -> PlanGraph.State.RUNNING;
          case COMPLETED -> PlanGraph.State.COMPLETED;
          case FAILED -> PlanGraph.State.FAILED;
          case SKIPPED -> PlanGraph.State.SKIPPED;
        };
    return new PlanGraph.Node(step.id(), step.kind(), state, step.dependencies());
  }

  /// Media types as registered with IANA.
  private static CompletionStage<HttpResponse> text(Request request, String type, String text) {
    return CompletableFuture.completedFuture(
        HttpResponse.create()
            .addHeader(Responses.header(Trace.HEADER, request.trace().id()))
            .withEntity(
                ContentTypes.parse("text/" + type + "; charset=UTF-8"),
                ByteString.fromString(text)));
  }
}
