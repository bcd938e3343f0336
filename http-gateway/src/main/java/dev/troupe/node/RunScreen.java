package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a terminal shows of a run: its steps by how many others lie before them, each with its state and
/// its time. Mutable, confined; fed with the run as the gateway tells it.
final class RunScreen {

  private static final int WIDTH = 100;
  private static final int ID_WIDTH = 28;

  private static final Map<String, String> SIGNS =
      Map.of(
          "pending", "·",
          "ready", "○",
          "running", "▶",
          "completed", "✓",
          "failed", "✗",
          "skipped", "-");

  private final Map<String, Integer> stages = new LinkedHashMap<>();
  private int shown;

  /// The lines for a run, replacing those of before where the terminal can.
  String frame(JsonNode run, boolean canRedraw) {
    var lines = lines(run);
    var frame = new StringBuilder();
    if (canRedraw && shown > 0) {
      frame.append("\u001b[").append(shown).append("A\u001b[J");
    }
    lines.forEach(line -> frame.append(line).append('\n'));
    shown = lines.size();
    return frame.toString();
  }

  List<String> lines(JsonNode run) {
    var lines = new ArrayList<String>();
    lines.add(headline(run));
    var tasks = run.path("tasks");
    tasks.properties().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<String, JsonNode> task) -> stage(task.getKey(), tasks))
                .thenComparing(Map.Entry::getKey))
        .forEach(task -> lines.add(line(task.getKey(), task.getValue(), tasks)));
    return lines;
  }

  private static String headline(JsonNode run) {
    var usage = run.path("usage");
    return "run %s: %s, %d tokens, %s %s"
        .formatted(
            run.path("id").asText(),
            run.path("state").asText(),
            usage.path("tokens").asLong(),
            usage.at("/cost/amount").asText("0"),
            usage.at("/cost/currency").asText());
  }

  private String line(String id, JsonNode task, JsonNode tasks) {
    var state = task.path("state").asText();
    var text =
        "  %s%s %s  %s"
            .formatted(
                "  ".repeat(Math.min(8, stage(id, tasks))),
                SIGNS.getOrDefault(state, "?"),
                padded(id),
                detail(state, task));
    return text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…";
  }

  private static String detail(String state, JsonNode task) {
    var seconds = String.format(Locale.ROOT, "%.1f s", task.path("ran_ms").asDouble() / 1000);
    return switch (state) {
      case "completed" -> seconds + "  " + oneLine(task.path("output"));
      case "failed" -> seconds + "  " + task.at("/error/message").asText();
      case "running" ->
          seconds + (task.path("attempts").asInt() > 1 ? ", attempt " + task.path("attempts") : "");
      default -> task.path("waits_for").asText("");
    };
  }

  private static String oneLine(JsonNode output) {
    var text = output.isTextual() ? output.textValue() : output.toString();
    return text.replaceAll("\\s+", " ").strip();
  }

  private static String padded(String id) {
    return id.length() >= ID_WIDTH ? id : id + " ".repeat(ID_WIDTH - id.length());
  }

  private int stage(String id, JsonNode tasks) {
    var known = stages.get(id);
    if (known != null) {
      return known;
    }
    // Against a cycle, which no run has.
    stages.put(id, 0);
    int stage = 0;
    for (var dependency : tasks.path(id).path("deps")) {
      stage = Math.max(stage, 1 + stage(dependency.asText(), tasks));
    }
    stages.put(id, stage);
    return stage;
  }
}
