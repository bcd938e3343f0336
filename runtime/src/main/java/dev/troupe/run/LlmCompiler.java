package dev.troupe.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Joiner;
import dev.troupe.plan.LlmCompilerText;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.ToolCatalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
public final class LlmCompiler implements PlanWriter {

  /// Where the answer is in the run's memory.
  public static final String ANSWER = "answer";

  /// The note with the lines of plans that could not be read.
  static final String UNREAD = "unread_lines";

  private final String question;
  private final ToolCatalog tools;
  private final CompilerSteps steps;
  private final int maxReplans;
  private final List<LlmCompilerText.Malformed> malformed = new ArrayList<>();
  private int told;
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
    this.tools = tools;
    this.steps = new CompilerSteps(planning, joining, tools, examples);
    this.maxReplans = maxReplans;
  }

  /// @param planning tools, models and question, as the run keeps them
  public LlmCompiler(Planning.Compiled planning) {
    this(
        planning.question(),
        planning.planner(),
        planning.joiner(),
        ToolCatalog.of(planning.tools()),
        planning.examples(),
        planning.maxReplans());
  }

  /// The first planning step.
  public Step planner() {
    return steps.planner(1, question);
  }

  /// Whether a name is kept for the steps beside those that plans have.
  public static boolean isReserved(StepId step) {
    return CompilerSteps.isOwn(step);
  }

  @Override
  public boolean reads(StepId step) {
    return CompilerSteps.isPlanner(step);
  }

  /// Lines that could not be read, so far.
  public List<LlmCompilerText.Malformed> malformed() {
    return List.copyOf(malformed);
  }

  /// Some more of the plan that is being written: each line that ends in it is a step at once.
  @Override
  public List<RunCommand> feed(Run run, StepId planner, String text) {
    if (reader.isEmpty() || !readerOf.equals(planner.value())) {
      reader = Optional.of(new LlmCompilerText(tools, planned(run)));
      readerOf = planner.value();
    }
    List<RunCommand> commands = new ArrayList<>();
    added(run, reader.get().feed(text)).ifPresent(commands::add);
    unread().ifPresent(commands::add);
    return commands;
  }

  /// What could not be read is noted once more is.
  private Optional<RunCommand> unread() {
    if (told == malformed.size()) {
      return Optional.empty();
    }
    told = malformed.size();
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    malformed.forEach(each ->
        lines
            .addObject()
            .put("line", each.number())
            .put("text", each.text())
            .put("reason", each.why()));
    return Optional.of(new RunCommand.Note(UNREAD, lines));
  }

  @Override
  public List<RunCommand> next(Run run) {
    if (run.state().isTerminal() || run.isStopping() || !run.isOpen()) {
      return List.of();
    }
    int round = round(run);
    StepProgress planner = run.steps().find(CompilerSteps.plannerId(round));
    if (planner == null) {
      return List.of(new RunCommand.AddSteps(List.of(planner())));
    }
    if (!planner.state.isEnded()) {
      return List.of();
    }
    StepProgress joiner = run.steps().find(CompilerSteps.joinerId(round));
    if (joiner != null) {
      return joiner.state.isEnded() ? afterJoiner(run, round, joiner) : List.of();
    }
    StepProgress join = run.steps().find(CompilerSteps.joinId(round));
    if (join == null) {
      return afterPlanner(run, round, planner);
    }
    return join.state.isEnded()
        ? List.of(new RunCommand.AddSteps(List.of(joiner(run, round))))
        : List.of();
  }

  private static int round(Run run) {
    int round = 1;
    while (run.steps().find(CompilerSteps.plannerId((round + 1))) != null) {
      round++;
    }
    return round;
  }

  /// The rest of the plan, and what waits for all of it.
  private List<RunCommand> afterPlanner(Run run, int round, StepProgress planner) {
    List<RunCommand> commands = new ArrayList<>();
    List<StepId> earlier = earlier(run, round);
    List<StepId> planned = new ArrayList<>(planned(run));
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
    unread().ifPresent(commands::add);
    if (!planned.isEmpty()) {
      commands.add(new RunCommand.AddSteps(List.of(CompilerSteps.join(round, planned))));
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
            new RunCommand.AddSteps(List.of(steps.planner(round + 1, question + "\n\n" + before))));
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
      StepProgress joiner = run.steps().get(CompilerSteps.joinerId(round));
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
    StepProgress join = run.steps().find(CompilerSteps.joinId(round));
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

  private Step joiner(Run run, int round) {
    List<Joiner.Done> all = plans(run, round).stream().flatMap(List::stream).toList();
    boolean hasJoin = run.steps().find(CompilerSteps.joinId(round)) != null;
    return steps.joiner(round, Joiner.joinerPrompt(question, all, round > maxReplans), hasJoin);
  }

  /// The steps that plans have; those without a number first.
  private static List<StepId> planned(Run run) {
    return run.plan().stream()
        .flatMap(plan -> plan.steps().stream())
        .map(Step::id)
        .filter(id -> !CompilerSteps.isOwn(id))
        .sorted(Comparator.comparingInt(CompilerSteps::number).thenComparing(id -> id))
        .toList();
  }

  /// Those of the rounds before this one.
  private static List<StepId> earlier(Run run, int round) {
    List<StepId> earlier = new ArrayList<>();
    for (int each = 1; each < round; each++) {
      StepProgress join = run.steps().find(CompilerSteps.joinId(each));
      if (join != null) {
        earlier.addAll(join.step.dependencies());
      }
    }
    return earlier;
  }
}
