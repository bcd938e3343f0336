package dev.troupe.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

  /// A step in a picture.
  ///
  /// @param kind as plans write it
  /// @param dependencies those that are not in the picture are left out
  public record Node(StepId id, String kind, State state, List<StepId> dependencies) {
    public Node {
      dependencies = List.copyOf(dependencies);
    }
  }

  private final List<Node> nodes;
  private final Map<StepId, Integer> numbers = new HashMap<>();

  private PlanGraph(List<Node> nodes) {
    this.nodes = nodes.stream().sorted(Comparator.comparing(Node::id)).toList();
    for (int at = 0; at < nodes.size(); at++) {
      numbers.put(this.nodes.get(at).id(), at);
    }
  }

  /// @param nodes with those inside steps, where there are any
  public static PlanGraph of(List<Node> nodes) {
    return new PlanGraph(nodes);
  }

  /// A plan with a state of each of its steps.
  public static PlanGraph of(Plan plan, Function<StepId, State> states) {
    return new PlanGraph(
        plan.steps().stream()
            .map(step ->
                new Node(step.id(), kind(step), states.apply(step.id()), step.dependencies()))
            .toList());
  }

  /// A plan of which nothing was done.
  public static PlanGraph of(Plan plan) {
    return of(plan, _ -> State.PENDING);
  }

  /// A Mermaid flowchart. What belongs to a step is tied to it by a dotted line.
  public String mermaid() {
    StringBuilder text = new StringBuilder("flowchart TD\n");
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      text.append("  n")
          .append(i)
          .append("[\"")
          .append(mermaid(node.id().value()))
          .append("<br/>")
          .append(mermaid(node.kind()))
          .append("\"]:::")
          .append(node.state().word())
          .append('\n');
    }
    for (int i = 0; i < nodes.size(); i++) {
      for (int parent : parents(nodes.get(i))) {
        text.append("  n").append(parent).append(" --> n").append(i).append('\n');
      }
      for (int container : container(nodes.get(i))) {
        text.append("  n").append(container).append(" -.-> n").append(i).append('\n');
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

  private List<Integer> parents(Node node) {
    return node.dependencies().stream().map(numbers::get).filter(Objects::nonNull).toList();
  }

  /// The step that a step is tied to which depends on nothing inside it; at most one.
  private List<Integer> container(Node node) {
    return parents(node).isEmpty()
        ? node.id().container().map(numbers::get).stream().toList()
        : List.of();
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
    for (Node node : nodes) {
      text.append("  ")
          .append(quoted(node.id().value()))
          .append(" [label=")
          .append(quoted(node.id().value() + "\n" + node.kind()))
          .append(", fillcolor=")
          .append(quoted(node.state().colour))
          .append(", tooltip=")
          .append(quoted(node.state().word()))
          .append("];\n");
    }
    for (Node node : nodes) {
      parents(node).forEach(parent -> edge(text, parent, node, ""));
      container(node).forEach(container -> edge(text, container, node, " [style=dotted]"));
    }
    return text.append("}\n").toString();
  }

  private void edge(StringBuilder text, int from, Node to, String style) {
    text.append("  ")
        .append(quoted(nodes.get(from).id().value()))
        .append(" -> ")
        .append(quoted(to.id().value()))
        .append(style)
        .append(";\n");
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  /// `{nodes: [{id, kind, state, stage, container?}], edges: [{from, to}]}`.
  public ObjectNode json() {
    int[] stages = stages();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode all = json.putArray("nodes");
    ArrayNode edges = json.putArray("edges");
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      ObjectNode shown = all.addObject();
      shown.put("id", node.id().value());
      shown.put("kind", node.kind());
      shown.put("state", node.state().word());
      shown.put("stage", stages[i]);
      node.id().container().ifPresent(container -> shown.put("container", container.value()));
      for (int parent : parents(node)) {
        edges.addObject().put("from", nodes.get(parent).id().value()).put("to", node.id().value());
      }
    }
    return json;
  }

  /// The length of the longest way to each.
  private int[] stages() {
    int[] stages = new int[nodes.size()];
    int[] open = new int[nodes.size()];
    List<List<Integer>> children = new ArrayList<>();
    nodes.forEach(_ -> children.add(new ArrayList<>()));
    Deque<Integer> next = new ArrayDeque<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (int parent : parents(nodes.get(i))) {
        children.get(parent).add(i);
        open[i]++;
      }
      if (open[i] == 0) {
        next.add(i);
      }
    }
    while (!next.isEmpty()) {
      int at = next.remove();
      for (int child : children.get(at)) {
        stages[child] = Math.max(stages[child], stages[at] + 1);
        if (--open[child] == 0) {
          next.add(child);
        }
      }
    }
    return stages;
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
