package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class JoinerTest {

  @Test
  @Tag("LC-4")
  void readsWhatTheJoiningModelDecides() {
    assertThat(Joiner.decision("Thought: got it\nAction: Finish(42 (about))", false))
        .isEqualTo(new Joiner.Finish("got it", "42 (about)"));
    assertThat(Joiner.decision("Thought: no\nAction: Replan(the height)\n", false))
        .isEqualTo(new Joiner.Replan("no", "the height"));
    assertThat(Joiner.decision("Thought: no\nAction: Replan(the height)", true))
        .isEqualTo(new Joiner.Finish("no", "the height"));
    assertThat(Joiner.decision("It is 42.", false)).isEqualTo(new Joiner.Finish("", "It is 42."));
    assertThat(Joiner.decision("Action: Finish(two\nlines)", false))
        .isEqualTo(new Joiner.Finish("", "two\nlines"));
    assertThat(Joiner.decision("", false)).isEqualTo(new Joiner.Finish("", ""));
    assertThat(Joiner.decision("Action: Finish", false)).isEqualTo(new Joiner.Finish("", ""));
  }

  @Test
  @Tag("DS-21")
  void aMarkAsksForMoreStepsToo() {
    assertThat(Joiner.decision("the dates [NEEDS_MORE_STEPS]", false))
        .isEqualTo(new Joiner.Replan("", "the dates"));
    assertThat(Joiner.decision("the dates [NEEDS_MORE_STEPS]", true))
        .isEqualTo(new Joiner.Finish("", "the dates"));
  }

  @Test
  @Tag("DS-21")
  void resultsAreCutForTheJoiningModel() {
    String prompt =
        Joiner.joinerPrompt(
            "Why?",
            List.of(new Joiner.Done(id("1"), "hm", "search(\"x\")", "y".repeat(5_000))),
            false);

    assertThat(prompt)
        .contains("y".repeat(2_000) + "… (3000 more characters)")
        .doesNotContain("y".repeat(2_001));
    assertThat(prompt).contains("Replan").contains("Question: Why?").contains("Thought: hm");
    assertThat(Joiner.joinerPrompt("Why?", List.of(), true)).doesNotContain("Replan");
    assertThat(Joiner.cut("a".repeat(1_999) + "😀b")).startsWith("a".repeat(1_999) + "…");
  }

  @Test
  @Tag("LC-4")
  void aSecondPlanIsAskedForWithTheFirst() {
    assertThat(
            Joiner.replanContext(
                List.of(List.of(new Joiner.Done(id("1"), "", "search(\"x\")", "nothing"))),
                List.of("try y")))
        .isEqualTo(
            "Previous Plan:\n\n"
                + "1. search(\"x\")\n"
                + "Observation: nothing\n\n"
                + "Thought: try y\n\n"
                + "Current Plan:\n\n");
    assertThat(Joiner.plannerInstructions(Tools.ALL.tools(), "", true))
        .contains("fetch(url: string): does fetch")
        .contains("join()")
        .contains("<END_OF_PLAN>")
        .contains("Never repeat");
    assertThat(Joiner.plannerInstructions(Tools.ALL.tools(), "Q", false))
        .endsWith("Examples:\n\nQ")
        .doesNotContain("earlier plans");
  }

  @Test
  @Tag("DS-23")
  void requestsThatNeedManyActionsArePlanned() {
    PlanRouter router = PlanRouter.DEFAULT;

    assertThat(router.route(PlanRouter.Way.AUTO, "What is the capital of France?"))
        .isEqualTo(PlanRouter.Way.REACT);
    assertThat(router.route(PlanRouter.Way.AUTO, "word ".repeat(30))).isEqualTo(PlanRouter.Way.DAG);
    assertThat(router.route(PlanRouter.Way.AUTO, "word ".repeat(29)))
        .isEqualTo(PlanRouter.Way.REACT);
    assertThat(router.route(PlanRouter.Way.AUTO, "Compare Oslo and Rome"))
        .isEqualTo(PlanRouter.Way.DAG);
    assertThat(router.route(PlanRouter.Way.AUTO, "Search, read and WRITE it"))
        .isEqualTo(PlanRouter.Way.DAG);
    assertThat(router.route(PlanRouter.Way.REACT, "do it in parallel"))
        .isEqualTo(PlanRouter.Way.REACT);
    assertThat(router.route(PlanRouter.Way.DAG, "")).isEqualTo(PlanRouter.Way.DAG);
    assertThat(router.route(PlanRouter.Way.AUTO, "")).isEqualTo(PlanRouter.Way.REACT);
  }
}
