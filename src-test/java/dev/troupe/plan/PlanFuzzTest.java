package dev.troupe.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// 100,000 submissions and plans, each an example of the document that was changed at random: what comes of
/// each is a plan or a refusal that says why, and soon.
class PlanFuzzTest {

  private static final int ROUNDS = 100_000;
  private static final long LONGEST_NANOS = 2_000_000_000L;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "$",
    "${",
    "#",
    "null",
    "true",
    "-1",
    "0",
    "1e999999999",
    "9999999999999",
    "\\u0000",
    "\\ud800",
    "\n",
    " ",
    "id",
    "deps",
    "kind",
    "map",
    "loop",
    "$find",
    "${item}",
    "$ref",
    "$expr",
    "&a",
    "*a",
    "!!x",
    "..",
    "...",
    "step-1",
    "\u2028",
    "(",
    ")",
    "1. search(\"x\")\n",
    "join()",
    "é",
    "```",
    "- "
  };

  private final RunJson reader = new RunJson(Tools.ALL, PlanLimits.DEFAULT);
  private final Random random = new Random(17);
  private int plans;

  private static List<String> seeds(String language) throws IOException {
    return PlanDocument.examples().stream()
        .filter(example -> example.language().equals(language))
        .map(PlanDocument.Example::text)
        .toList();
  }

  private String mutated(List<String> seeds) {
    StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), at + random.nextInt(6));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, to);
        case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
        case 2 -> text.replace(at, to, PIECES[random.nextInt(PIECES.length)]);
        case 3 ->
            text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(80))));
        default -> {
          String other = seeds.get(random.nextInt(seeds.size()));
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(40)));
        }
      }
    }
    return text.toString();
  }

  private void read(Runnable reading, String text) {
    long start = CpuTime.nanos();
    try {
      reading.run();
      plans++;
    } catch (InvalidPlanException refused) {
      assertThat(refused.error().message()).as(text).isNotBlank();
    } catch (RuntimeException | StackOverflowError other) {
      throw new AssertionError("of: " + text, other);
    }
    assertThat(CpuTime.nanos() - start).as(text).isLessThan(LONGEST_NANOS);
  }

  @Test
  @Tag("DS-8")
  @Tag("RT-1")
  void submissionsInJson() throws IOException {
    List<String> seeds = seeds("json");
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutated(seeds);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      read(() -> reader.read(bytes, RunJson.Form.NATIVE), text);
    }
    assertThat(plans).isBetween(1_000, ROUNDS - 1_000);
  }

  @Test
  @Tag("RT-18")
  @Tag("DS-10")
  void submissionsInYaml() throws IOException {
    List<String> seeds = seeds("yaml");
    for (int round = 0; round < ROUNDS / 4; round++) {
      String text = mutated(seeds);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      read(() -> reader.readYaml(bytes, RunJson.Form.NATIVE), text);
    }
    assertThat(plans).isPositive();
  }

  @Test
  void bytesThatAreNoText() {
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      read(() -> reader.read(bytes, RunJson.Form.NATIVE), "bytes");
      read(() -> reader.readYaml(bytes, RunJson.Form.NATIVE), "bytes");
    }
    assertThat(plans).isZero();
  }

  @Test
  @Tag("LC-6")
  void plansWhileTheyAreWritten() {
    List<String> seeds =
        List.of(
            "Thought: x\n1. search(\"a\")\n2. math(\"$1\", ['$1', 2])\n3. join()<END_OF_PLAN>\n",
            "1. search(a b (c))\n"
                + "2. publish({'k': [1, (2, None)]}, True)\n"
                + "3. rate(\"$1 ${2}\")\n"
                + "4. join()");
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutated(seeds);
      read(
          () -> {
            LlmCompilerText parser = new LlmCompilerText(Tools.ALL, List.of());
            List<Step> steps = new ArrayList<>();
            List<LlmCompilerText.Line> lines = new ArrayList<>(parser.feed(text));
            lines.addAll(parser.finish());
            for (LlmCompilerText.Line line : lines) {
              switch (line) {
                case LlmCompilerText.Planned planned -> steps.add(planned.step());
                case LlmCompilerText.Joined joined -> steps.add(joined.step());
                case LlmCompilerText.Malformed malformed ->
                    assertThat(malformed.why()).isNotBlank();
              }
            }
            if (!steps.isEmpty()) {
              Plan.of(steps);
            }
          },
          text);
    }
    assertThat(plans).isEqualTo(ROUNDS);
  }

  @Test
  @Tag("DS-20")
  @Tag("UDF-4")
  void answersOfModels() {
    List<String> seeds =
        List.of(
            "{\"nodes\":[{\"id\":\"a\",\"payload\":{\"tool_name\":\"t\",\"args_json\":\"{}\"}}],\"joiner_query\":\"q\"}",
            "```json\n{\"batches\":[{\"parallel\":true,\"steps\":[0,1,2]}]}\n```",
            "{\"step-1\":[],\"step-2\":[\"step-1\"],\"step-3\":[]}",
            "Thought: x\nAction: Finish(y)\n");
    Outline outline = new Outline("", false, "", "", List.of(item(1), item(2), item(3)));
    for (int round = 0; round < ROUNDS / 4; round++) {
      String text = mutated(seeds);
      read(() -> TaskPlanJson.planned(text), text);
      read(
          () ->
              Plan.of(
                  DependencyAnalysis.answered(outline, text, DependencyAnalysis.Strategy.HEURISTIC)
                      .applied(
                          outline.items().stream()
                              .map(each -> Steps.step(each.id().value()))
                              .toList())),
          text);
      read(() -> Joiner.decision(text, round(text)), text);
    }
    assertThat(plans).isPositive();
  }

  private static boolean round(String text) {
    return text.length() % 2 == 0;
  }

  private static Outline.Item item(int number) {
    return new Outline.Item(
        Steps.id("step-" + number), true, "t", "d", Outline.Type.RESEARCH, Optional.empty());
  }
}
