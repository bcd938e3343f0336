package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.ids;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The forms of the lines are those of the planner's examples of LLMCompiler's benchmarks (ParallelQA, movies,
/// HotpotQA), with other words.
class LlmCompilerTextTest {

  private static List<LlmCompilerText.Line> lines(String text) {
    LlmCompilerText reader = new LlmCompilerText(Tools.ALL, List.of());
    List<LlmCompilerText.Line> lines = new ArrayList<>(reader.feed(text));
    lines.addAll(reader.finish());
    return lines;
  }

  private static Map<String, Argument> arguments(Step step) {
    return ((Argument.Merged) ((StepKind.Function) step.kind()).arguments()).fields();
  }

  @Test
  @Tag("LC-1")
  void readsQuestionsThatNeedEachOther() {
    Plan plan =
        Plan.of(
            LlmCompilerText.read(
                """
                1. search("otter")
                2. math("top speed of the otter, 1.2 times faster?", ["$1"]
                3. search('river')
                4. math('length of the river in km if halved?', ['$3'])
                5. math("max($2, $4) / min($2, ${4})")
                Thought: I can answer the question now.
                6. join()<END_OF_PLAN>
                ###
                """,
                Tools.ALL));

    assertThat(plan.stages()).containsExactly(ids("1", "3"), ids("2", "4"), ids("5"), ids("6"));
    assertThat(plan.step(id("6")).orElseThrow().dependencies())
        .isEqualTo(ids("1", "2", "3", "4", "5"));
    Step second = plan.step(id("2")).orElseThrow();
    assertThat(arguments(second))
        .containsEntry(
            "problem",
            new Argument.Literal(new TextNode("top speed of the otter, 1.2 times faster?")))
        .containsEntry(
            "context",
            new Argument.Sequence(List.of(Argument.Reference.to(id("1"), ResultPath.WHOLE))));
    assertThat(plan.step(id("5")).orElseThrow().dependencies()).isEqualTo(ids("2", "4"));
  }

  @Test
  @Tag("LC-1")
  void readsThoughtsAndBareWords() {
    List<LlmCompilerText.Line> lines =
        lines(
            """
            Thought: All films of the question.
            1. search("First Film")
            2. search(Second Film: A Story (1999))
            Thought: Now I know.
            3. join()<END_OF_PLAN>
            """);

    assertThat(lines).hasSize(3);
    LlmCompilerText.Planned first = (LlmCompilerText.Planned) lines.getFirst();
    assertThat(first.thought()).isEqualTo("All films of the question.");
    assertThat(first.step().metadata())
        .containsEntry("thought", new TextNode("All films of the question."));
    assertThat(arguments(((LlmCompilerText.Planned) lines.get(1)).step()))
        .containsEntry("query", new Argument.Literal(new TextNode("Second Film: A Story (1999)")));
    assertThat(((LlmCompilerText.Joined) lines.get(2)).thought()).isEqualTo("Now I know.");
  }

  @Test
  @Tag("LC-1")
  void tenIsNotOneAndANought() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 10; i++) {
      text.append(i).append(". search(\"q").append(i).append("\")\n");
    }
    Plan plan =
        Plan.of(
            LlmCompilerText.read(
                text + "11. search(\"$10 and $1\")\n12. search(\"$99 $12 $11x\")\n", Tools.ALL));

    assertThat(plan.step(id("11")).orElseThrow().dependencies()).isEqualTo(ids("10", "1"));
    assertThat(plan.step(id("12")).orElseThrow().dependencies()).isEmpty();
  }

  @Test
  void readsPythonsLiterals() {
    ToolCatalog tools = Tools.of("f(a, b, c, d, e)");
    List<Step> steps =
        LlmCompilerText.read(
            "1. f('it\\'s', -2, [True, None, (1.5,)], {'k': \"v\"}, '')  # why\n", tools);

    assertThat(arguments(steps.getFirst()).get("b"))
        .isEqualTo(new Argument.Literal(new IntNode(-2)));
    assertThat(arguments(steps.getFirst()).values().stream().map(Object::toString).toList())
        .containsExactly(
            "Literal[value=\"it's\"]",
            "Literal[value=-2]",
            "Literal[value=[true,null,[1.5]]]",
            "Literal[value={\"k\":\"v\"}]",
            "Literal[value=\"\"]");
  }

  @Test
  @Tag("LC-2")
  void aStepIsThereTheMomentItsLineEnds() {
    LlmCompilerText reader = new LlmCompilerText(Tools.ALL, List.of());

    assertThat(reader.feed("Thought: go\n1. sea")).isEmpty();
    assertThat(reader.feed("rch(\"a\")")).isEmpty();
    assertThat(reader.feed("\n2")).singleElement().isInstanceOf(LlmCompilerText.Planned.class);
    assertThat(reader.feed(". search(\"$1\")\n3. join()\n")).hasSize(2);
    assertThat(reader.hasEnded()).isTrue();
    assertThat(reader.feed("4. search(\"late\")\n")).isEmpty();
    assertThat(reader.finish()).isEmpty();
  }

  @Test
  @Tag("LC-2")
  void anyCutOfTheTextGivesTheSameSteps() {
    String text =
        "Thought: a\n"
            + "1. search(\"x\")\n\n"
            + "2. math(\"of $1\", [1])\n"
            + "nonsense\n"
            + "3. join()<END_OF_PLAN>\n"
            + "more";
    List<LlmCompilerText.Line> whole = lines(text);
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      LlmCompilerText reader = new LlmCompilerText(Tools.ALL, List.of());
      List<LlmCompilerText.Line> lines = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int to = Math.min(text.length(), at + 1 + random.nextInt(9));
        lines.addAll(reader.feed(text.substring(at, to)));
        at = to;
      }
      lines.addAll(reader.finish());
      assertThat(lines).isEqualTo(whole);
    }
  }

  @Test
  @Tag("LC-4")
  void aLaterPlanGoesOnCounting() {
    LlmCompilerText reader = new LlmCompilerText(Tools.ALL, ids("1", "2", "3"));

    List<LlmCompilerText.Line> lines =
        reader.feed("3. search(\"again\")\n4. search(\"$2\")\n5. join()\n");

    assertThat(lines.get(0)).isInstanceOf(LlmCompilerText.Malformed.class);
    assertThat(((LlmCompilerText.Planned) lines.get(1)).step().dependencies()).isEqualTo(ids("2"));
    assertThat(((LlmCompilerText.Joined) lines.get(2)).step().dependencies()).isEqualTo(ids("4"));
  }

  @Test
  @Tag("LC-6")
  void aLineThatCannotBeReadCostsThatLineAlone() {
    List<LlmCompilerText.Line> lines =
        lines(
            """
            Sure, here is the plan:
            1. search("a")
            1. search("twice")
            2. serach("b")
            3. search("c", "d")
            4. search(5)
            5 search("e")
            6. search("f")
            7. join()
            """);

    assertThat(lines.stream().filter(LlmCompilerText.Planned.class::isInstance)).hasSize(2);
    assertThat(
            lines.stream()
                .filter(LlmCompilerText.Malformed.class::isInstance)
                .map(Object::toString))
        .satisfiesExactly(
            line -> assertThat(line).contains("number=1", "neither a thought nor a step"),
            line -> assertThat(line).contains("number=3", "does not come after 1"),
            line -> assertThat(line).contains("number=4", "did you mean \"search\"?"),
            line -> assertThat(line).contains("number=5", "takes 1 arguments, not 2"),
            line -> assertThat(line).contains("number=6", "of type string for \"query\""),
            line -> assertThat(line).contains("number=7"));
    assertThat(((LlmCompilerText.Joined) lines.getLast()).step().dependencies())
        .isEqualTo(ids("1", "6"));
  }

  @Test
  @Tag("LC-6")
  void aLineWithoutEndIsGivenUp() {
    LlmCompilerText reader = new LlmCompilerText(Tools.ALL, List.of());
    for (int i = 0; i < 100; i++) {
      assertThat(reader.feed("x".repeat(10_000))).isEmpty();
    }

    assertThat(reader.feed("\n1. search(\"a\")\n"))
        .satisfiesExactly(
            line -> assertThat(line).isInstanceOf(LlmCompilerText.Malformed.class),
            line -> assertThat(line).isInstanceOf(LlmCompilerText.Planned.class));
  }
}
