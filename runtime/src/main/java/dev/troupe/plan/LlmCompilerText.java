package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a plan while a model still writes it: each line that ends gives a step that can start at once.
///
/// The grammar is that of LLMCompiler (Kim et al., *An LLM Compiler for Parallel Function Calling*, ICML
/// 2024, arXiv 2312.04511; `output_parser.py` of its code): lines `Thought: …` and `N. tool(args)` with
/// increasing numbers, `$k` or `${k}` for the result of an earlier step, `join()` at the end, and then
/// perhaps `<END_OF_PLAN>`. Where we differ: a line that cannot be read is told and costs that line alone;
/// a bracket that was never closed is closed; what follows `join()` is ignored.
///
/// Confined to one thread. Cost: the length of the text fed.
public final class LlmCompilerText {

  private static final String THOUGHT = "Thought:";
  private static final String END = "<END_OF_PLAN>";
  private static final String JOIN = "join";
  private static final int MAX_LINE = 64 * 1024;
  private static final int MAX_NUMBER_DIGITS = 6;

  /// What a line comes to.
  public sealed interface Line {}

  /// @param thought what the model thought before it; may be empty
  public record Planned(Step step, String thought) implements Line {}

  /// The end of the plan.
  ///
  /// @param step depends on all steps of this plan
  public record Joined(Step step, String thought) implements Line {}

  /// A line that is no step.
  ///
  /// @param number of the line, from 1
  public record Malformed(int number, String text, String why) implements Line {}

  private final ToolCatalog tools;
  private final Set<String> known;
  private final List<StepId> planned = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private boolean isTooLong;
  private boolean hasEnded;
  private int lineNumber;
  private int lastStep;
  private String thought = "";

  /// @param tools that the plan may call
  /// @param earlier steps of the plans before this one, whose results this one may use; its own numbers
  ///     go on after theirs
  public LlmCompilerText(ToolCatalog tools, List<StepId> earlier) {
    this.tools = tools;
    this.known = new HashSet<>();
    for (StepId each : earlier) {
      known.add(each.value());
      lastStep = Math.max(lastStep, number(each.value()));
    }
  }

  private static int number(String id) {
    boolean isNumber =
        !id.isEmpty()
            && id.length() <= MAX_NUMBER_DIGITS
            && id.chars().allMatch(each -> each >= '0' && each <= '9');
    return isNumber ? Integer.parseInt(id) : 0;
  }

  /// Whether `join()` or the end of the plan was read.
  public boolean hasEnded() {
    return hasEnded;
  }

  /// The lines that end in some more text.
  public List<Line> feed(String text) {
    List<Line> lines = new ArrayList<>();
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0 && !hasEnded; end = text.indexOf('\n', from)) {
      keep(text, from, end);
      close(lines);
      from = end + 1;
    }
    if (!hasEnded) {
      keep(text, from, text.length());
    }
    return lines;
  }

  /// The line that the model left open, if it did.
  public List<Line> finish() {
    List<Line> lines = new ArrayList<>();
    if (!hasEnded && !line.isEmpty()) {
      close(lines);
    }
    hasEnded = true;
    return lines;
  }

  private void keep(String text, int from, int to) {
    int room = MAX_LINE - line.length();
    isTooLong = isTooLong || to - from > room;
    line.append(text, from, from + Math.min(to - from, room));
  }

  private void close(List<Line> lines) {
    lineNumber++;
    String text = line.toString().strip();
    line.setLength(0);
    if (isTooLong) {
      isTooLong = false;
      lines.add(malformed(text, "the line is longer than " + MAX_LINE + " characters"));
      return;
    }
    boolean isLast = text.endsWith(END);
    String said = isLast ? text.substring(0, text.length() - END.length()).strip() : text;
    if (said.startsWith(THOUGHT)) {
      thought = said.substring(THOUGHT.length()).strip();
    } else if (!said.isEmpty()) {
      lines.add(action(said));
    }
    hasEnded = hasEnded || isLast;
  }

  private Malformed malformed(String text, String why) {
    return new Malformed(lineNumber, PlanError.shown(text), why);
  }

  private Line action(String text) {
    int dot = text.indexOf('.');
    int open = text.indexOf('(', dot + 1);
    if (dot < 1 || open < 0) {
      return malformed(text, "neither a thought nor a step such as 1. tool(\"argument\")");
    }
    int number = number(text.substring(0, dot));
    String tool = text.substring(dot + 1, open).strip();
    if (number == 0 || !isWord(tool)) {
      return malformed(text, "neither a thought nor a step such as 1. tool(\"argument\")");
    }
    if (number <= lastStep) {
      return malformed(text, "the number " + number + " does not come after " + lastStep);
    }
    try {
      return step(number, tool, inside(text, open));
    } catch (InvalidPlanException invalid) {
      return malformed(text, invalid.error().line());
    }
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(each -> each == '_' || Character.isLetterOrDigit(each));
  }

  /// What stands between the brackets; a comment after them is left out, and a bracket that is not closed
  /// ends with the line.
  private static String inside(String text, int open) {
    int close = text.lastIndexOf(')');
    String after = close < open ? "" : text.substring(close + 1).strip();
    boolean isClosed = close > open && (after.isEmpty() || after.startsWith("#"));
    return isClosed ? text.substring(open + 1, close) : text.substring(open + 1);
  }

  private Line step(int number, String tool, String inside) {
    StepId id = new StepId(Integer.toString(number));
    String why = thought;
    if (tool.equals(JOIN)) {
      lastStep = number;
      hasEnded = true;
      return new Joined(
          new Step(id, new StepKind.Join(StepKind.Join.How.OBJECT), List.copyOf(planned)), why);
    }
    Optional<ToolCatalog.Tool> described = tools.find(tool);
    if (described.isEmpty()) {
      throw CatalogCheck.unknownTool(tool, tools);
    }
    StepKind.Function call =
        CatalogCheck.bound(
            new StepKind.Function(tool, arguments(inside, Names.of(known))), described.get());
    List<StepId> dependencies = new ArrayList<>();
    call.eachReference(reference -> dependencies.add(reference.step()));
    lastStep = number;
    thought = "";
    planned.add(id);
    known.add(id.value());
    Map<String, JsonNode> metadata =
        why.isEmpty() ? Map.of() : Map.of("thought", new TextNode(why));
    return new Planned(
        new Step(id, call, Plans.distinct(dependencies), StepPolicy.DEFAULT, metadata), why);
  }

  private static Argument arguments(String inside, Names names) {
    if (inside.isBlank()) {
      return new Argument.Sequence(List.of());
    }
    Optional<ArrayNode> literals = PythonLiteral.arguments(inside);
    List<Argument> arguments = new ArrayList<>();
    if (literals.isEmpty()) {
      arguments.add(Arguments.text(inside.strip(), names, TemplateText.Unknown.KEPT));
    } else {
      literals.get().forEach(each -> arguments.add(argument(each, names)));
    }
    return new Argument.Sequence(arguments);
  }

  private static Argument argument(JsonNode value, Names names) {
    if (value.isTextual()) {
      return Arguments.text(value.textValue(), names, TemplateText.Unknown.KEPT);
    }
    if (value.isArray()) {
      List<Argument> elements = new ArrayList<>();
      value.forEach(each -> elements.add(argument(each, names)));
      return elements.stream().allMatch(Argument.Literal.class::isInstance)
          ? new Argument.Literal(value)
          : new Argument.Sequence(elements);
    }
    return new Argument.Literal(value);
  }

  /// A whole plan that was written before.
  ///
  /// @throws InvalidPlanException if a line cannot be read, or there is no step
  public static List<Step> read(String text, ToolCatalog tools) {
    LlmCompilerText reader = new LlmCompilerText(tools, List.of());
    List<Line> lines = new ArrayList<>(reader.feed(text));
    lines.addAll(reader.finish());
    List<Step> steps = new ArrayList<>();
    for (Line each : lines) {
      switch (each) {
        case Planned(Step step, String _) -> steps.add(step);
        case Joined(Step step, String _) -> steps.add(step);
        case Malformed(int number, String _, String why) ->
            throw Fields.invalid(why).at("line " + number);
      }
    }
    return steps;
  }
}
