package dev.troupe.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A plan as a picture: for Mermaid, for Graphviz, and as nodes and edges in JSON. Steps in the order of
/// their ids, so that the same plan in the same states is the same text.
public final class PlanGraph {

  /// How a picture shows a step.
  public enum State {
    PENDING("#e0e0e0"),
    READY("#cfe8ff"),
    RUNNING("#fff2b3"),
    COMPLETED("#c8f0c8"),
    FAILED("#ffc9c9"),
    SKIPPED("#f5f5f5");

    private final String colour;

    State(String colour) {
      this.colour = colour;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Plan plan;
  private final Function<StepId, State> states;

  public PlanGraph(Plan plan, Function<StepId, State> states) {
    this.plan = plan;
    this.states = states;
  }

  /// A plan of which nothing was done.
  public static PlanGraph of(Plan plan) {
    return new PlanGraph(plan, _ -> State.PENDING);
  }

  /// A Mermaid flowchart.
  public String mermaid() {
    Graph graph = plan.graph();
    StringBuilder text = new StringBuilder("flowchart TD\n");
    for (int i = 0; i < graph.size(); i++) {
      Step step = graph.step(i);
      text.append("  n")
          .append(i)
          .append("[\"")
          .append(mermaid(step.id().value()))
          .append("<br/>")
          .append(mermaid(kind(step)))
          .append("\"]:::")
          .append(states.apply(step.id()).word())
          .append('\n');
    }
    for (int i = 0; i < graph.size(); i++) {
      for (int k = 0; k < graph.parentCount(i); k++) {
        text.append("  n").append(graph.parent(i, k)).append(" --> n").append(i).append('\n');
      }
    }
    for (State each : State.values()) {
      text.append("  classDef ")
          .append(each.word())
          .append(" fill:")
          .append(each.colour)
          .append('\n');
    }
    return text.toString();
  }

  /// Quotes, brackets and the like as Mermaid's character entities.
  private static String mermaid(String label) {
    StringBuilder text = new StringBuilder();
    label
        .codePoints()
        .forEach(each -> {
          if (Character.isLetterOrDigit(each) || "-_.:/@ ".indexOf(each) >= 0) {
            text.appendCodePoint(each);
          } else {
            text.append('#').append(each).append(';');
          }
        });
    return text.toString();
  }

  /// A Graphviz digraph.
  public String dot() {
    StringBuilder text =
        new StringBuilder("digraph plan {\n  node [shape=box, style=\"rounded,filled\"];\n");
    List<Step> steps = plan.steps();
    for (Step step : steps) {
      State state = states.apply(step.id());
      text.append("  ")
          .append(quoted(step.id().value()))
          .append(" [label=")
          .append(quoted(step.id().value() + "\n" + kind(step)))
          .append(", fillcolor=")
          .append(quoted(state.colour))
          .append(", tooltip=")
          .append(quoted(state.word()))
          .append("];\n");
    }
    for (Step step : steps) {
      for (StepId parent : step.dependencies()) {
        if (plan.contains(parent)) {
          text.append("  ")
              .append(quoted(parent.value()))
              .append(" -> ")
              .append(quoted(step.id().value()))
              .append(";\n");
        }
      }
    }
    return text.append("}\n").toString();
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  /// `{nodes: [{id, kind, state, stage, container?}], edges: [{from, to}]}`.
  public ObjectNode json() {
    Graph graph = plan.graph();
    int[] levels = graph.levels(graph.order());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode nodes = json.putArray("nodes");
    ArrayNode edges = json.putArray("edges");
    for (int i = 0; i < graph.size(); i++) {
      Step step = graph.step(i);
      ObjectNode node = nodes.addObject();
      node.put("id", step.id().value());
      node.put("kind", kind(step));
      node.put("state", states.apply(step.id()).word());
      node.put("stage", levels[i]);
      step.id().container().ifPresent(container -> node.put("container", container.value()));
      for (int k = 0; k < graph.parentCount(i); k++) {
        edges
            .addObject()
            .put("from", graph.step(graph.parent(i, k)).id().value())
            .put("to", step.id().value());
      }
    }
    return json;
  }

  /// As plans write it.
  static String kind(Step step) {
    return switch (step.kind()) {
      case StepKind.Llm _ -> "llm";
      case StepKind.HttpTool _ -> "http";
      case StepKind.Function _ -> "function";
      case StepKind.MapOver _ -> "map";
      case StepKind.Condition _ -> "condition";
      case StepKind.Loop _ -> "loop";
      case StepKind.Wait _ -> "wait";
      case StepKind.Approval _ -> "approval";
      case StepKind.SubRun _ -> "subrun";
      case StepKind.Join _ -> "join";
    };
  }
}
