package dev.troupe.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The texts between a planning model, the results of its plan, and the model that joins them: what each
/// is told, and what its answer means. Whoever calls the models does so elsewhere.
///
/// The forms are those of LLMCompiler (`Action: Finish(…)`, `Replan(…)`, `Previous Plan`), with results cut
/// to a length as the DAG runtime predecessor does.
public final class Joiner {

  /// Characters of a result that the joining model is shown.
  public static final int MAX_RESULT_CHARS = 2_000;

  private static final String FINISH = "Finish";
  private static final String REPLAN = "Replan";
  private static final String NEEDS_MORE = "[NEEDS_MORE_STEPS]";

  /// A step that has ended.
  ///
  /// @param call as the plan has it, such as `search("cats")`
  /// @param observation its result, or its error
  public record Done(StepId id, String thought, String call, String observation) {}

  /// What the joining model decides.
  public sealed interface Decision {}

  public record Finish(String thought, String answer) implements Decision {}

  /// @param reason what is still missing
  public record Replan(String thought, String reason) implements Decision {}

  private Joiner() {}

  /// What the planning model is told of its task.
  ///
  /// @param examples questions with their plans, or nothing
  public static String plannerInstructions(
      List<ToolCatalog.Tool> tools, String examples, boolean isReplan) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Plan how to answer the user's question with the following actions, so that as many of them"
            + " as possible can be done at the same time:\n");
    int number = 1;
    for (ToolCatalog.Tool tool : tools) {
      text.append(number++).append(". ").append(signature(tool)).append('\n');
    }
    text.append(number)
        .append(
            ". join(): collects the results of all actions before it. It is always the last action:"
                + " when the answer can be given from them, and when it cannot be planned further"
                + " before they are known.\n\n");
    text.append(
        """
        Rules:
        - Write one action a line, as a call in Python: 1. search("cats")
        - Number the actions 1, 2, 3 and so on; no number twice.
        - An argument is a constant, or the result of an earlier action, written $1 for action 1.
        - An action waits only for those whose results it uses. Do not make it wait for others.
        - Use these actions only, with arguments of the types they say. Write no comments.
        - End with join() and then <END_OF_PLAN>.
        """);
    if (isReplan) {
      text.append(
          """
          - You are shown earlier plans with what came of each action (Observation), and what was thought of \
          it (Thought). Begin with a line "Thought: " that says what is still needed. Plan only that. Never \
          repeat an action that was done; use its result by its number, and go on counting.
          """);
    }
    return examples.isBlank()
        ? text.toString()
        : text.append("\nExamples:\n\n").append(examples).toString();
  }

  private static String signature(ToolCatalog.Tool tool) {
    List<String> parameters = new ArrayList<>();
    tool.parameters()
        .path("properties")
        .properties()
        .forEach(each -> {
          String type = each.getValue().path("type").asText("");
          parameters.add(type.isEmpty() ? each.getKey() : each.getKey() + ": " + type);
        });
    return tool.name() + "(" + String.join(", ", parameters) + "): " + tool.description().strip();
  }

  /// What the planning model is shown of the plans before, the last one last.
  public static String replanContext(List<List<Done>> plans, List<String> thoughts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < plans.size(); i++) {
      text.append("Previous Plan:\n\n");
      for (Done done : plans.get(i)) {
        text.append(done.id()).append(". ").append(done.call()).append('\n');
        text.append("Observation: ").append(cut(done.observation())).append('\n');
      }
      text.append("\nThought: ").append(thoughts.get(i)).append("\n\n");
    }
    return text.append("Current Plan:\n\n").toString();
  }

  /// What the joining model is told.
  ///
  /// @param isFinal whether it may not ask for another plan
  public static String joinerPrompt(String question, List<Done> done, boolean isFinal) {
    StringBuilder text = new StringBuilder();
    text.append("Answer the question from what the actions found.\n");
    text.append("First write a line \"Thought: \" with one or two sentences, then one of:\n");
    text.append("Action: Finish(the answer, short)\n");
    if (!isFinal) {
      text.append("Action: Replan(what is still missing), if it cannot be answered yet\n");
    }
    text.append("\nQuestion: ").append(question).append("\n\n");
    for (Done each : done) {
      if (!each.thought().isEmpty()) {
        text.append("Thought: ").append(each.thought()).append('\n');
      }
      text.append(each.call()).append('\n');
      text.append("Observation: ").append(cut(each.observation())).append('\n');
    }
    return text.toString();
  }

  /// A text that is no longer than the joining model is shown, not cut within a character.
  public static String cut(String result) {
    if (result.length() <= MAX_RESULT_CHARS) {
      return result;
    }
    int end =
        Character.isHighSurrogate(result.charAt(MAX_RESULT_CHARS - 1))
            ? MAX_RESULT_CHARS - 1
            : MAX_RESULT_CHARS;
    return result.substring(0, end) + "… (" + (result.length() - end) + " more characters)";
  }

  /// What the joining model's answer means. An answer without an action is the answer.
  ///
  /// @param isFinal whether it may not ask for another plan: what it says is then taken as the answer
  public static Decision decision(String answer, boolean isFinal) {
    String thought = "";
    Optional<String> action = Optional.empty();
    int from = 0;
    while (from <= answer.length() && action.isEmpty()) {
      int end = answer.indexOf('\n', from);
      String line = answer.substring(from, end < 0 ? answer.length() : end).strip();
      if (line.startsWith("Thought:")) {
        thought = line.substring("Thought:".length()).strip();
      } else if (line.startsWith("Action:")) {
        action = Optional.of(answer.substring(from).strip().substring("Action:".length()).strip());
      }
      from = end < 0 ? answer.length() + 1 : end + 1;
    }
    if (action.isEmpty()) {
      boolean isMissing = answer.contains(NEEDS_MORE);
      String said = answer.replace(NEEDS_MORE, "").strip();
      return isMissing && !isFinal ? new Replan(thought, said) : new Finish(thought, said);
    }
    String said = inside(action.get());
    boolean isReplan =
        action.get().toLowerCase(Locale.ROOT).startsWith(REPLAN.toLowerCase(Locale.ROOT));
    return isReplan && !isFinal ? new Replan(thought, said) : new Finish(thought, said);
  }

  /// Between the brackets of `Finish(…)`; the answer itself may have brackets and lines.
  private static String inside(String action) {
    int open = action.indexOf('(');
    int close = action.lastIndexOf(')');
    if (open < 0) {
      return action.startsWith(FINISH) ? action.substring(FINISH.length()).strip() : action;
    }
    return action.substring(open + 1, close > open ? close : action.length()).strip();
  }
}
