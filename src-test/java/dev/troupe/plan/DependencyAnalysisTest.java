package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.plan.DependencyAnalysis.Found;
import dev.troupe.plan.DependencyAnalysis.Strategy;
import dev.troupe.plan.Outline.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DependencyAnalysisTest {

  private static Outline.Item item(int number, Type type, String title, String description) {
    return new Outline.Item(
        id("step-" + number), type == Type.RESEARCH, title, description, type, Optional.empty());
  }

  private static Outline outline(List<Outline.Item> items) {
    return new Outline("en-US", false, "thought", "title", items);
  }

  private static Outline outline(Outline.Item... items) {
    return outline(List.of(items));
  }

  /// Ten pieces of research, an analysis of all and a report.
  private static Outline cities(int research) {
    List<Outline.Item> items = new ArrayList<>();
    for (int i = 1; i <= research; i++) {
      items.add(item(i, Type.RESEARCH, "City " + i, "Find out about it"));
    }
    items.add(item(research + 1, Type.PROCESSING, "Analysis", "Compare all cities"));
    items.add(item(research + 2, Type.REPORTING, "Report", "Write it up"));
    return outline(items);
  }

  private static List<List<StepId>> stages(Found found) {
    List<Step> steps =
        found.dependencies().keySet().stream().map(each -> Steps.step(each.value())).toList();
    return Plan.of(found.applied(steps)).stages();
  }

  @Test
  @Tag("UDF-3")
  void researchIsIndependentThenComesAnalysisThenTheReport() {
    Found found = DependencyAnalysis.of(cities(10), Strategy.HEURISTIC);

    assertThat(found.used()).isEqualTo(Strategy.HEURISTIC);
    assertThat(stages(found)).extracting(List::size).containsExactly(10, 1, 1);
  }

  @Test
  @Tag("UDF-3")
  void stepsForEachOfSomethingStayParallel() {
    Outline outline =
        outline(
            item(1, Type.RESEARCH, "List of cities", "Find ten"),
            item(2, Type.PROCESSING, "Weather", "For each city, its weather"),
            item(3, Type.PROCESSING, "Prices", "For each city, all prices"),
            item(4, Type.PROCESSING, "Summary", "Combine all results"));

    assertThat(stages(DependencyAnalysis.of(outline, Strategy.HEURISTIC)))
        .containsExactly(ids("step-1"), ids("step-2", "step-3"), ids("step-4"));
  }

  @Test
  @Tag("UDF-3")
  void whatIsBasedOnAnotherStepWaitsForIt() {
    Outline outline =
        outline(
            item(1, Type.RESEARCH, "Population of Norway", ""),
            item(2, Type.RESEARCH, "History of Rome", ""),
            item(3, Type.RESEARCH, "Towns", "Largest towns, based on the population of Norway"));

    assertThat(DependencyAnalysis.of(outline, Strategy.HEURISTIC).dependencies().get(id("step-3")))
        .isEqualTo(ids("step-1"));
  }

  @Test
  @Tag("UDF-3")
  void aHundredStepsTakeLessThanAMillisecond() {
    Outline outline = cities(98);
    for (int warm = 0; warm < 3_000; warm++) {
      DependencyAnalysis.of(outline, Strategy.HEURISTIC);
    }
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 200; round++) {
      long start = System.nanoTime();
      Heuristic.dependencies(outline);
      best = Math.min(best, System.nanoTime() - start);
    }
    assertThat(best).isLessThan(1_000_000);
  }

  @Test
  @Tag("UDF-2")
  void whatAStepSaysItselfIsNeverChanged() {
    Random random = new Random(2);
    for (int round = 0; round < 1_000; round++) {
      List<Outline.Item> items = new ArrayList<>();
      int size = 2 + random.nextInt(15);
      for (int i = 1; i <= size; i++) {
        Optional<List<StepId>> said = Optional.empty();
        if (random.nextBoolean()) {
          List<StepId> some = new ArrayList<>();
          for (int k = 1; k < i; k++) {
            if (random.nextInt(4) == 0) {
              some.add(id("step-" + k));
            }
          }
          said = Optional.of(some);
        }
        Outline.Item plain =
            item(
                i,
                Type.values()[random.nextInt(3)],
                "T" + i,
                random.nextBoolean() ? "all of it" : "for each");
        items.add(
            new Outline.Item(
                plain.id(),
                plain.needsSearch(),
                plain.title(),
                plain.description(),
                plain.type(),
                said));
      }
      Outline outline = outline(items);
      String answer = "{\"batches\":[{\"steps\":[" + numbers(size) + "]}]}";
      for (Found found :
          List.of(
              DependencyAnalysis.of(outline, Strategy.EXPLICIT),
              DependencyAnalysis.of(outline, Strategy.HEURISTIC),
              DependencyAnalysis.of(outline, Strategy.SEQUENTIAL),
              DependencyAnalysis.answered(outline, answer, Strategy.HEURISTIC))) {
        for (Outline.Item item : items) {
          item.dependencies()
              .ifPresent(said -> assertThat(found.dependencies().get(item.id())).isEqualTo(said));
        }
        assertThat(stages(found).stream().mapToInt(List::size).sum()).isEqualTo(size);
      }
    }
  }

  private static String numbers(int size) {
    StringBuilder text = new StringBuilder("0");
    for (int i = 1; i < size; i++) {
      text.append(',').append(i);
    }
    return text.toString();
  }

  @Test
  @Tag("UDF-4")
  void readsAModelsBatches() {
    String answer =
        """
        Sure!
        ```json
        {"batches": [{"batch_id": 1, "parallel": true, "steps": [0, 1, 2]},
                     {"batch_id": 2, "parallel": false, "steps": [3, 4]}],
         "reasoning": "...", "expected_speedup": "2x"}
        ```
        """;

    Found found = DependencyAnalysis.answered(cities(3), answer, Strategy.HEURISTIC);

    assertThat(found.used()).isEqualTo(Strategy.LLM_BASED);
    assertThat(found.reasons()).isEmpty();
    assertThat(stages(found))
        .containsExactly(ids("step-1", "step-2", "step-3"), ids("step-4"), ids("step-5"));
  }

  @Test
  @Tag("UDF-4")
  void readsAModelsMap() {
    Found found =
        DependencyAnalysis.answered(
            cities(1),
            "{\"step-1\": [], \"step-2\": [\"step-1\"], \"step-3\": [\"step-2\"]}",
            Strategy.HEURISTIC);

    assertThat(found.used()).isEqualTo(Strategy.LLM_BASED);
    assertThat(stages(found)).containsExactly(ids("step-1"), ids("step-2"), ids("step-3"));
  }

  @ParameterizedTest
  @Tag("UDF-4")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '~',
      value = {
        "I cannot => no readable JSON",
        "{'batches': 3} => no list",
        "{'batches': [{'steps': [0, 1]}]} => missing",
        "{'batches': [{'steps': [0, 1, 2, 1]}]} => two batches",
        "{'batches': [{'steps': [0, 1, 2, 9]}]} => no step 9",
        "{'batches': [{'steps': [0, 1, -1]}]} => no step -1",
        "{'batches': [{'steps': ['a']}]} => no step",
        "{'batches': [{}]} => no list of steps",
        "{'step-1': ['step-2'], 'step-2': ['step-1'], 'step-3': []} => wait for each other",
        "{'step-1': ['step-1'], 'step-2': [], 'step-3': []} => waits for itself",
        "{'step-1': [], 'step-2': ['ghost'], 'step-3': []} => no step",
        "{'step-1': []} => missing",
        "[] => no object"
      })
  void aUselessAnswerIsToldAndTheFallbackTaken(String answer, String why) {
    Found found =
        DependencyAnalysis.answered(cities(1), answer.replace('\'', '"'), Strategy.HEURISTIC);

    assertThat(found.used()).isEqualTo(Strategy.HEURISTIC);
    assertThat(found.reasons()).singleElement().asString().startsWith("llm_based: ").contains(why);
    assertThat(found.dependencies())
        .isEqualTo(DependencyAnalysis.of(cities(1), Strategy.HEURISTIC).dependencies());
  }

  @Test
  @Tag("UDF-5")
  void withoutAModelTheChainGoesOn() {
    assertThat(DependencyAnalysis.asks(cities(2), Strategy.LLM_BASED)).isTrue();
    Found found = DependencyAnalysis.unanswered(cities(2), "the model is gone", Strategy.HEURISTIC);
    assertThat(found.used()).isEqualTo(Strategy.HEURISTIC);
    assertThat(found.reasons()).containsExactly("llm_based: the model is gone");

    Found last = DependencyAnalysis.unanswered(cities(2), "gone", Strategy.SEQUENTIAL);
    assertThat(last.used()).isEqualTo(Strategy.SEQUENTIAL);
    assertThat(stages(last)).allSatisfy(stage -> assertThat(stage).hasSize(1));
  }

  @Test
  @Tag("UDF-5")
  void oneAfterTheOtherKeepsToWhatStepsSay() {
    Outline outline =
        outline(
            said(1, "first", "step-3"),
            item(2, Type.PROCESSING, "second", ""),
            item(3, Type.PROCESSING, "third", ""));

    Found found = DependencyAnalysis.of(outline, Strategy.SEQUENTIAL);

    // step-2 and step-3 are free to begin: the chain goes step-2, step-3, and step-1 waits for
    // step-3
    assertThat(stages(found)).containsExactly(ids("step-2"), ids("step-3"), ids("step-1"));
  }

  @Test
  @Tag("UDF-3")
  void outlinesThatAreTooLongAreRefused() {
    assertThat(catchThrowableOfType(InvalidPlanException.class, () -> cities(2_000))).isNotNull();
    assertThat(stages(DependencyAnalysis.of(cities(1_998), Strategy.HEURISTIC))).hasSize(3);
  }

  @Test
  @Tag("UDF-6")
  void equalOutlinesHaveOneKey() {
    ModelRef model = ModelRef.of("role:fast");

    assertThat(LlmAnalysis.cacheKey(cities(3), model))
        .isEqualTo(LlmAnalysis.cacheKey(cities(3), model));
    assertThat(LlmAnalysis.cacheKey(cities(3), model))
        .isNotEqualTo(LlmAnalysis.cacheKey(cities(4), model))
        .isNotEqualTo(LlmAnalysis.cacheKey(cities(3), ModelRef.of("other")));
  }

  @Test
  @Tag("UDF-4")
  void theModelIsToldTheStepsAndTheRules() {
    LlmAnalysis.Question question = LlmAnalysis.question(cities(2));

    assertThat(question.system()).contains("\"batches\"").contains("exactly one batch");
    assertThat(question.user())
        .contains("\"has_enough_context\" : false", "\"step_type\" : \"research\"", "City 2");
  }

  @Test
  @Tag("UDF-25")
  void independentCollection() {
    assertThat(stages(DependencyAnalysis.of(cities(15), Strategy.HEURISTIC)))
        .extracting(List::size)
        .containsExactly(15, 1, 1);
  }

  @Test
  @Tag("UDF-25")
  void hierarchicalAnalysis() {
    Outline outline =
        outline(
            item(1, Type.RESEARCH, "Sales figures", ""),
            item(2, Type.RESEARCH, "Customer surveys", ""),
            item(3, Type.PROCESSING, "Sales trend", "based on the sales figures"),
            item(4, Type.PROCESSING, "Satisfaction", "based on customer surveys"),
            item(5, Type.PROCESSING, "Overall view", "Synthesize everything"),
            item(6, Type.REPORTING, "Report", ""));

    assertThat(stages(DependencyAnalysis.of(outline, Strategy.HEURISTIC)))
        .containsExactly(
            ids("step-1", "step-2"), ids("step-3", "step-4"), ids("step-5"), ids("step-6"));
  }

  @Test
  @Tag("UDF-25")
  void pipeline() {
    Outline outline =
        outline(
            item(1, Type.RESEARCH, "Collect reviews", ""),
            item(2, Type.PROCESSING, "Clean the reviews", ""),
            item(3, Type.PROCESSING, "Score them", "based on the clean reviews; all of them"),
            item(4, Type.REPORTING, "Report", ""));

    assertThat(stages(DependencyAnalysis.of(outline, Strategy.HEURISTIC)))
        .containsExactly(ids("step-1"), ids("step-2"), ids("step-3"), ids("step-4"));
  }

  @Test
  @Tag("UDF-25")
  void partialDependenciesByRegion() {
    List<Outline.Item> items = new ArrayList<>();
    items.add(item(1, Type.RESEARCH, "Oslo", ""));
    items.add(item(2, Type.RESEARCH, "Rome", ""));
    items.add(item(3, Type.RESEARCH, "Tokyo", ""));
    items.add(said(4, "Europe", "step-1", "step-2"));
    items.add(said(5, "Asia", "step-3"));
    items.add(item(6, Type.REPORTING, "World", ""));

    assertThat(stages(DependencyAnalysis.of(outline(items), Strategy.HEURISTIC)))
        .containsExactly(ids("step-1", "step-2", "step-3"), ids("step-4", "step-5"), ids("step-6"));
  }

  private static Outline.Item said(int number, String title, String... dependencies) {
    return new Outline.Item(
        id("step-" + number), false, title, "", Type.PROCESSING, Optional.of(ids(dependencies)));
  }
}
