package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Joiner;
import dev.troupe.plan.Message;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.ResultPath;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.StepPolicy;
import dev.troupe.plan.ToolCatalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The steps of an [LlmCompiler]'s rounds, beside those that its plans have.
final class CompilerSteps {

  private static final String PLANNER = "planner-";
  private static final String JOIN = "join-";
  private static final String JOINER = "joiner-";
  private static final int MAX_DIGITS = 9;
  private static final Pattern OWN = Pattern.compile("(planner|join|joiner)-[0-9]+");

  private final ModelRef planning;
  private final ModelRef joining;
  private final ToolCatalog tools;
  private final String examples;

  CompilerSteps(ModelRef planning, ModelRef joining, ToolCatalog tools, String examples) {
    this.planning = planning;
    this.joining = joining;
    this.tools = tools;
    this.examples = examples;
  }

  static StepId plannerId(int round) {
    return new StepId(PLANNER + round);
  }

  static StepId joinId(int round) {
    return new StepId(JOIN + round);
  }

  static StepId joinerId(int round) {
    return new StepId(JOINER + round);
  }

  static boolean isPlanner(StepId step) {
    return isOwn(step) && step.value().startsWith(PLANNER);
  }

  /// Whether it is one of those beside the steps of plans.
  static boolean isOwn(StepId step) {
    return OWN.matcher(step.value()).matches();
  }

  /// The number of a step that a plan has; 0 for others.
  static int number(StepId id) {
    String value = id.value();
    boolean isNumber =
        value.length() <= MAX_DIGITS && value.chars().allMatch(each -> each >= '0' && each <= '9');
    return isNumber ? Integer.parseInt(value) : 0;
  }

  /// Writes a plan. Of an attempt that broke off some lines may run already: it is not made again.
  Step planner(int round, String asked) {
    return new Step(
        plannerId(round),
        llm(
            planning,
            Map.of(),
            message("system", Joiner.plannerInstructions(tools.tools(), examples, round > 1)),
            message("user", asked)),
        List.of(),
        StepPolicy.DEFAULT.withRepeat(Repeat.AT_MOST_ONCE),
        Map.of());
  }

  /// Waits for all steps of a plan.
  static Step join(int round, List<StepId> planned) {
    List<StepId> sorted = new ArrayList<>(planned);
    sorted.sort(Comparator.comparingInt(CompilerSteps::number).thenComparing(id -> id));
    return new Step(joinId(round), new StepKind.Join(StepKind.Join.How.OBJECT), sorted);
  }

  /// Answers, or asks for another plan.
  ///
  /// @param hasJoin whether the plan had steps
  Step joiner(int round, String asked, boolean hasJoin) {
    List<StepId> waited = new ArrayList<>(List.of(plannerId(round)));
    if (hasJoin) {
      waited.add(joinId(round));
    }
    Map<String, Argument> inputs = new TreeMap<>();
    waited.forEach(id -> inputs.put(id.value(), Argument.Reference.to(id, ResultPath.WHOLE)));
    return new Step(
        joinerId(round),
        llm(joining, inputs, message("user", asked)),
        waited,
        StepPolicy.DEFAULT,
        Map.of());
  }

  /// @param inputs that no message shows: they say what the step waits for
  private static StepKind.Llm llm(
      ModelRef model, Map<String, Argument> inputs, Message... messages) {
    return new StepKind.Llm(
        model,
        List.of(messages),
        inputs,
        OptionalInt.empty(),
        JsonNodeFactory.instance.objectNode());
  }

  private static Message message(String role, String text) {
    return new Message(role, new Argument.Literal(TextNode.valueOf(text)));
  }
}
