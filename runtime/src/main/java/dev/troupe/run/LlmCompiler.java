package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Joiner;
import dev.troupe.plan.LlmCompilerText;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// A run whose plan a model writes while it runs, in the manner of LLMCompiler (Kim et al., ICML 2024,
/// arXiv 2312.04511): a planning step whose lines become steps as they end, a joining step that answers or
/// asks for another plan, and so on, at most so many times.
///
/// The steps of the n-th round are `planner-n`, the numbered ones of its text, `join-n` and `joiner-n`. What
/// is next is read from the run's state alone, so that a run that was rebuilt goes on; where we differ
/// from the paper's code: nothing polls, a tool's error is an observation like any other, and a line that
/// cannot be read costs that line alone. The answer is in the run's memory under `answer`.
///
/// Confined to whoever owns the run.
public final class LlmCompiler {

  /// Where the answer is in the run's memory.
  public static final String ANSWER = "answer";

  private static final String PLANNER = "planner-";
  private static final String JOIN = "join-";
  private static final String JOINER = "joiner-";

  private final String question;
  private final ModelRef planning;
  private final ModelRef joining;
  private final ToolCatalog tools;
  private final String examples;
  private final int maxReplans;
  private final List<LlmCompilerText.Malformed> malformed = new ArrayList<>();
  private Optional<LlmCompilerText> reader = Optional.empty();
  private String readerOf = "";

  /// @param planning the model that plans
  /// @param joining the model that joins
  /// @param examples questions with their plans for the planning model, or nothing
  /// @param maxReplans plans after the first; the last one's joiner must answer
  public LlmCompiler(
      String question,
      ModelRef planning,
      ModelRef joining,
      ToolCatalog tools,
      String examples,
      int maxReplans) {
    this.question = question;
    this.planning = planning;
    this.joining = joining;
    this.tools = tools;
    this.examples = examples;
    this.maxReplans = maxReplans;
  }

  /// The first planning step: what the run, which must be open, is submitted with.
  public Step planner() {
    return planner(1, question);
  }

  /// Whether what this step writes is a plan, to be given to [#feed] as it is written.
  public static boolean isPlanner(StepId step) {
    return step.value().startsWith(PLANNER);
  }

  /// Lines that could not be read, so far.
  public List<LlmCompilerText.Malformed> malformed() {
    return List.copyOf(malformed);
  }

  /// Some more of the plan that is being written: each line that ends in it is a step at once.
  public List<RunCommand> feed(Run run, StepId planner, String text) {
    if (reader.isEmpty() || !readerOf.equals(planner.value())) {
      reader = Optional.of(new LlmCompilerText(tools, numbered(run)));
      readerOf = planner.value();
    }
    return added(run, reader.get().feed(text)).map(List::of).orElse(List.of());
  }

  /// What follows from the state of the run; to be asked after every command that it took, until there is
  /// nothing more.
  public List<RunCommand> next(Run run) {
    if (run.state().isTerminal() || run.isStopping() || !run.isOpen()) {
      return List.of();
    }
    int round = round(run);
    StepProgress planner = run.steps().find(new StepId(PLANNER + round));
    if (planner == null || !planner.state.isEnded()) {
      return List.of();
    }
    StepProgress joiner = run.steps().find(new StepId(JOINER + round));
    if (joiner != null) {
      return joiner.state.isEnded() ? afterJoiner(run, round, joiner) : List.of();
    }
    StepProgress join = run.steps().find(new StepId(JOIN + round));
    if (join == null) {
      return afterPlanner(run, round, planner);
    }
    return join.state.isEnded()
        ? List.of(new RunCommand.AddSteps(List.of(joiner(run, round))))
        : List.of();
  }

  private static int round(Run run) {
    int round = 1;
    while (run.steps().find(new StepId(PLANNER + (round + 1))) != null) {
      round++;
    }
    return round;
  }

  /// The rest of the plan, and what waits for all of it.
  private List<RunCommand> afterPlanner(Run run, int round, StepProgress planner) {
    List<RunCommand> commands = new ArrayList<>();
    List<StepId> earlier = earlier(run, round);
    List<StepId> planned = new ArrayList<>(numbered(run));
    planned.removeAll(earlier);
    Optional<RunCommand> rest =
        planner.state == StepState.COMPLETED && planner.result != null
            ? added(run, read(Arguments.text(planner.result), earlier))
            : added(run, reader.map(LlmCompilerText::finish).orElse(List.of()));
    rest.ifPresent(command -> {
      commands.add(command);
      ((RunCommand.AddSteps) command).steps().forEach(step -> planned.add(step.id()));
    });
    reader = Optional.empty();
    if (!planned.isEmpty()) {
      commands.add(new RunCommand.AddSteps(List.of(join(round, planned))));
    } else if (planner.state == StepState.COMPLETED) {
      commands.add(new RunCommand.AddSteps(List.of(joiner(run, round))));
    } else {
      commands.add(new RunCommand.Seal());
    }
    return commands;
  }

  private List<LlmCompilerText.Line> read(String text, List<StepId> earlier) {
    LlmCompilerText whole = new LlmCompilerText(tools, earlier);
    List<LlmCompilerText.Line> lines = new ArrayList<>(whole.feed(text));
    lines.addAll(whole.finish());
    return lines;
  }

  /// The steps of lines that are not in the run yet.
  private Optional<RunCommand> added(Run run, List<LlmCompilerText.Line> lines) {
    List<Step> steps = new ArrayList<>();
    for (LlmCompilerText.Line line : lines) {
      switch (line) {
        case LlmCompilerText.Planned planned -> {
          if (run.steps().find(planned.step().id()) == null) {
            steps.add(planned.step());
          }
        }
        case LlmCompilerText.Malformed bad -> {
          if (!malformed.contains(bad)) {
            malformed.add(bad);
          }
        }
        case LlmCompilerText.Joined _ -> {}
      }
    }
    return steps.isEmpty() ? Optional.empty() : Optional.of(new RunCommand.AddSteps(steps));
  }

  private List<RunCommand> afterJoiner(Run run, int round, StepProgress joiner) {
    if (joiner.state != StepState.COMPLETED || joiner.result == null) {
      return List.of(new RunCommand.Seal());
    }
    boolean isFinal = round > maxReplans;
    return switch (Joiner.decision(Arguments.text(joiner.result), isFinal)) {
      case Joiner.Finish finish ->
          List.of(
              new RunCommand.Remember(ANSWER, Optional.of(TextNode.valueOf(finish.answer()))),
              new RunCommand.Seal());
      case Joiner.Replan replan -> {
        String before = Joiner.replanContext(plans(run, round), thoughts(run, round, replan));
        yield List.of(
            new RunCommand.AddSteps(List.of(planner(round + 1, question + "\n\n" + before))));
      }
    };
  }

  private static List<List<Joiner.Done>> plans(Run run, int rounds) {
    List<List<Joiner.Done>> plans = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      plans.add(done(run, round));
    }
    return plans;
  }

  private List<String> thoughts(Run run, int rounds, Joiner.Replan last) {
    List<String> thoughts = new ArrayList<>();
    for (int round = 1; round < rounds; round++) {
      StepProgress joiner = run.steps().get(new StepId(JOINER + round));
      String said = joiner.result == null ? "" : Arguments.text(joiner.result);
      thoughts.add(
          Joiner.decision(said, false) instanceof Joiner.Replan replan ? said(replan) : "");
    }
    thoughts.add(said(last));
    return thoughts;
  }

  private static String said(Joiner.Replan replan) {
    return replan.thought().isEmpty() ? replan.reason() : replan.thought();
  }

  /// The steps of a round, with what came of them.
  private static List<Joiner.Done> done(Run run, int round) {
    StepProgress join = run.steps().find(new StepId(JOIN + round));
    return join == null
        ? List.of()
        : run.steps().parents(join).stream().map(LlmCompiler::done).toList();
  }

  private static Joiner.Done done(StepProgress step) {
    String thought =
        Optional.ofNullable(step.step.metadata().get("thought")).map(Arguments::text).orElse("");
    String observation =
        step.state == StepState.COMPLETED && step.result != null
            ? Arguments.text(step.result)
            : Place.marker(step.failure()).toString();
    return new Joiner.Done(step.id(), thought, call(step.step.kind()), observation);
  }

  /// As a plan has it: `search("cats", $1)`.
  private static String call(StepKind kind) {
    return kind instanceof StepKind.Function function
        ? function.name() + "(" + PlanCall.arguments(function.arguments()) + ")"
        : "";
  }

  private Step planner(int round, String asked) {
    return new Step(
        new StepId(PLANNER + round),
        llm(
            planning,
            Map.of(),
            message("system", Joiner.plannerInstructions(tools.tools(), examples, round > 1)),
            message("user", asked)),
        List.of(),
        StepPolicy.DEFAULT.withRepeat(Repeat.AT_MOST_ONCE),
        Map.of());
  }

  private static Step join(int round, List<StepId> planned) {
    List<StepId> sorted = new ArrayList<>(planned);
    sorted.sort(Comparator.comparingInt(LlmCompiler::number));
    return new Step(new StepId(JOIN + round), new StepKind.Join(StepKind.Join.How.OBJECT), sorted);
  }

  private Step joiner(Run run, int round) {
    List<Joiner.Done> all = plans(run, round).stream().flatMap(List::stream).toList();
    String asked = Joiner.joinerPrompt(question, all, round > maxReplans);
    List<StepId> waited = new ArrayList<>(List.of(new StepId(PLANNER + round)));
    StepProgress join = run.steps().find(new StepId(JOIN + round));
    if (join != null) {
      waited.add(join.id());
    }
    Map<String, Argument> inputs = new TreeMap<>();
    waited.forEach(id -> inputs.put(id.value(), Argument.Reference.to(id, ResultPath.WHOLE)));
    return new Step(
        new StepId(JOINER + round),
        llm(joining, inputs, message("user", asked)),
        List.copyOf(waited),
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

  /// The steps that plans have numbered.
  private static List<StepId> numbered(Run run) {
    return run.plan().stream()
        .flatMap(plan -> plan.steps().stream())
        .map(Step::id)
        .filter(id -> number(id) > 0)
        .sorted(Comparator.comparingInt(LlmCompiler::number))
        .toList();
  }

  /// Those of the rounds before this one.
  private static List<StepId> earlier(Run run, int round) {
    List<StepId> earlier = new ArrayList<>();
    for (int each = 1; each < round; each++) {
      StepProgress join = run.steps().find(new StepId(JOIN + each));
      if (join != null) {
        earlier.addAll(join.step.dependencies());
      }
    }
    return earlier;
  }

  private static int number(StepId id) {
    String value = id.value();
    boolean isNumber =
        value.length() <= 9 && value.chars().allMatch(each -> each >= '0' && each <= '9');
    return isNumber ? Integer.parseInt(value) : 0;
  }
}
