package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.ids;
import static dev.troupe.plan.Steps.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("UDF-7")
class PlanPreviewTest {

  private static Plan research() {
    List<Step> steps = new ArrayList<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      steps.add(step("city" + i));
      all.add("city" + i);
    }
    steps.add(step("analysis", all.toArray(String[]::new)));
    steps.add(step("report", "analysis"));
    return Plan.of(steps);
  }

  /// Cities 20 s, analysis and report 30 s: 10 × 20 + 30 + 30 = 260 s one by one, 20 + 30 + 30 = 80 s with room.
  private static long millis(Step step) {
    return step.id().value().startsWith("city") ? 20_000 : 30_000;
  }

  @Test
  @Tag("UDF-24")
  void saysWhatARunWouldTake() {
    PlanPreview preview = PlanPreview.of(research(), 10, PlanPreviewTest::millis);

    assertThat(preview.sequential().toSeconds()).isEqualTo(260);
    assertThat(preview.expected().toSeconds()).isEqualTo(80);
    assertThat(preview.speedup()).isEqualTo(3.25);
    assertThat(preview.stages()).extracting(List::size).containsExactly(10, 1, 1);
    assertThat(preview.criticalPath()).isEqualTo(ids("city0", "analysis", "report"));
  }

  @Test
  void roomForFewStepsTakesLonger() {
    // 10 cities by 4: 3 rounds of 20 s
    PlanPreview preview = PlanPreview.of(research(), 4, PlanPreviewTest::millis);

    assertThat(preview.expected().toSeconds()).isEqualTo(120);
    assertThat(preview.shortest().toSeconds()).isEqualTo(80);
  }

  @Test
  void theLongestWayGoesFirst() {
    // two at a time: long (5) beside a (1), b (1), c (1): 5 in all, and 7 if long began last
    Plan plan = Plan.of(List.of(step("a"), step("b"), step("c"), step("long")));
    Map<String, Long> millis = Map.of("a", 1L, "b", 1L, "c", 1L, "long", 5L);

    assertThat(
            PlanPreview.of(plan, 2, step -> millis.getOrDefault(step.id().value(), 0L))
                .expected()
                .toMillis())
        .isEqualTo(5);
  }

  @Test
  void anEditedPlanHasAnotherPreview() {
    Plan edited = research().with(List.of(step("check", "report")));

    assertThat(PlanPreview.of(edited, 10, PlanPreviewTest::millis).stages()).hasSize(4);
  }

  @Test
  void picturesNameEveryStepAndItsState() {
    Plan plan = Plan.of(List.of(step("a"), step("b\"x".replace("\"", "é"), "a")));
    PlanGraph graph =
        PlanGraph.of(
            plan,
            step -> step.equals(id("a")) ? PlanGraph.State.COMPLETED : PlanGraph.State.RUNNING);

    assertThat(graph.mermaid())
        .startsWith(
            "flowchart TD\n"
                + "  n0[\"a<br/>llm\"]:::completed\n"
                + "  n1[\"béx<br/>llm\"]:::running\n"
                + "  n0 --> n1\n");
    assertThat(graph.dot()).contains("\"a\" -> \"béx\";").contains("tooltip=\"running\"");
    assertThat(graph.json().toString())
        .isEqualTo(
            "{\"nodes\":[{\"id\":\"a\",\"kind\":\"llm\",\"state\":\"completed\",\"stage\":0},"
                + "{\"id\":\"béx\",\"kind\":\"llm\",\"state\":\"running\",\"stage\":1}],"
                + "\"edges\":[{\"from\":\"a\",\"to\":\"béx\"}]}");
  }

  @Test
  void picturesQuoteWhatIdsMayHave() {
    Plan plan =
        Plan.of(List.of(new Step(new StepId("m[0].x"), Steps.llm(Template.fixed("")), List.of())));

    assertThat(PlanGraph.of(plan).mermaid()).contains("n0[\"m#91;0#93;.x<br/>llm\"]:::pending");
    assertThat(PlanGraph.of(plan).json().at("/nodes/0/container").asText()).isEqualTo("m");
  }

  @Test
  void picturesTieWhatIsInsideAStepToIt() {
    PlanGraph graph =
        PlanGraph.of(
            List.of(
                node("each"), node("each[0].read"), node("each[0].sum", "each[0].read", "gone")));

    assertThat(graph.mermaid()).contains("  n0 -.-> n1\n  n1 --> n2\n");
    assertThat(graph.dot())
        .contains("\"each\" -> \"each[0].read\" [style=dotted];")
        .contains("\"each[0].read\" -> \"each[0].sum\";");
    assertThat(graph.json().at("/nodes/2/stage").asInt()).isEqualTo(1);
    assertThat(graph.json().path("edges")).hasSize(1);
  }

  private static PlanGraph.Node node(String id, String... dependencies) {
    return new PlanGraph.Node(
        new StepId(id),
        "llm",
        PlanGraph.State.PENDING,
        Stream.of(dependencies).map(StepId::new).toList());
  }
}
