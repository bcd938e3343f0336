package dev.troupe.plan;

import static dev.troupe.plan.Steps.each;
import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.ids;
import static dev.troupe.plan.Steps.step;
import static dev.troupe.plan.Steps.using;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static PlanError refused(Step... steps) {
    return refused(() -> Plan.of(List.of(steps)));
  }

  private static PlanError refused(Runnable attempt) {
    InvalidPlanException thrown = catchThrowableOfType(InvalidPlanException.class, attempt::run);
    assertThat(thrown).isNotNull();
    return thrown.error();
  }

  @Test
  void ordersStepsByDependencyThenId() {
    Plan plan = Plan.of(List.of(step("d", "b", "c"), step("c", "a"), step("b", "a"), step("a")));

    assertThat(plan.topological()).isEqualTo(ids("a", "b", "c", "d"));
    assertThat(plan.stages()).containsExactly(ids("a"), ids("b", "c"), ids("d"));
    assertThat(plan.roots()).isEqualTo(ids("a"));
    assertThat(plan.leaves()).isEqualTo(ids("d"));
    assertThat(plan.dependents(id("a"))).isEqualTo(ids("b", "c"));
    assertThat(plan.edges()).isEqualTo(4);
  }

  @Test
  @Tag("UDF-8")
  @Tag("RT-2")
  void namesACycleAsAPathInTheOrderOfExecution() {
    PlanError error =
        refused(step("x"), step("b", "a", "x"), step("c", "b"), step("a", "c"), step("after", "a"));

    assertThat(error.code()).isEqualTo(PlanError.Code.DAG_CYCLE);
    assertThat(error.code().word()).isEqualTo("dag_cycle");
    assertThat(error.path()).isEqualTo(ids("a", "b", "c", "a"));
    assertThat(error.message()).contains("a→b→c→a");
  }

  @Test
  @Tag("RT-2")
  void aStepThatDependsOnItselfIsACycleOfOne() {
    PlanError error = refused(step("a", "a"));

    assertThat(error.code()).isEqualTo(PlanError.Code.DAG_CYCLE);
    assertThat(error.path()).isEqualTo(ids("a", "a"));
  }

  @Test
  @Tag("RT-2")
  void refusesNoSteps() {
    assertThat(refused().code()).isEqualTo(PlanError.Code.INVALID_INPUT);
  }

  @Test
  @Tag("RT-2")
  void refusesTwoStepsOfOneId() {
    PlanError error = refused(step("a"), step("b"), step("a"));

    assertThat(error.code()).isEqualTo(PlanError.Code.INVALID_INPUT);
    assertThat(error.step()).contains(id("a"));
  }

  @Test
  @Tag("RT-2")
  void refusesADependencyNamedTwice() {
    assertThat(refused(step("a"), step("b", "a", "a")).code())
        .isEqualTo(PlanError.Code.DAG_INVALID);
  }

  @Test
  @Tag("RT-2")
  void refusesADependencyOnNothing() {
    PlanError error = refused(step("a", "ghost"));

    assertThat(error.code()).isEqualTo(PlanError.Code.DEP_NOT_FOUND);
    assertThat(error.message()).contains("ghost");
    assertThat(error.step()).contains(id("a"));
  }

  @Test
  void aLongCycleIsShownShortened() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      steps.add(step("s" + i, "s" + (i + 999) % 1_000));
    }

    PlanError error = refused(() -> Plan.of(steps));

    assertThat(error.path()).hasSize(1_001);
    assertThat(error.message()).hasSizeLessThan(300).contains("980 more");
  }

  @Test
  @Tag("DS-12")
  void aReferenceIsADependency() {
    Plan plan = Plan.of(List.of(step("a"), step("b"), using("c", "a", "b", "a")));

    assertThat(plan.step(id("c")).orElseThrow().dependencies()).isEqualTo(ids("a", "b"));
    assertThat(plan.dependents(id("a"))).isEqualTo(ids("c"));
  }

  @Test
  @Tag("DS-12")
  void aReferenceToNothingIsRefused() {
    assertThat(refused(using("c", "ghost")).code()).isEqualTo(PlanError.Code.DEP_NOT_FOUND);
  }

  @Test
  @Tag("DS-12")
  void referencesMakeCyclesToo() {
    assertThat(refused(using("a", "b"), using("b", "a")).path()).isEqualTo(ids("a", "b", "a"));
  }

  @Test
  void aBodySeesItsSiblingsWhatIsBoundAndWhatIsAround() {
    Plan plan =
        Plan.of(
            List.of(
                step("list"),
                step("style"),
                each("all", "list", using("fetch", "item"), using("sum", "fetch", "style"))));

    Step all = plan.step(id("all")).orElseThrow();
    assertThat(all.dependencies()).containsExactlyInAnyOrderElementsOf(ids("list", "style"));
    Body body = ((StepKind.MapOver) all.kind()).body();
    assertThat(body.steps().get(1).dependencies()).isEqualTo(ids("fetch"));
  }

  @Test
  void anInstanceOfABodyIsNamedByTheWayToIt() {
    Plan plan =
        Plan.of(List.of(step("list"), each("all", "list", step("fetch"), using("sum", "fetch"))));
    Body body = ((StepKind.MapOver) plan.step(id("all")).orElseThrow().kind()).body();

    List<Step> third = body.instance(id("all"), "3");

    assertThat(third)
        .extracting(step -> step.id().value())
        .containsExactly("all[3].fetch", "all[3].sum");
    assertThat(third.get(1).dependencies()).containsExactly(new StepId("all[3].fetch"));
    assertThat(third.get(1).kind()).isSameAs(body.steps().get(1).kind());
    assertThat(plan.with(third).size()).isEqualTo(4);
  }

  @Test
  void aBodyInABodyBindsOutwards() {
    Plan plan =
        Plan.of(
            List.of(
                step("list"),
                step("far"),
                each(
                    "outer",
                    "list",
                    step("near"),
                    each("inner", "item", using("deep", "item", "near", "far")))));

    Step outer = plan.step(id("outer")).orElseThrow();
    assertThat(outer.dependencies()).containsExactlyInAnyOrderElementsOf(ids("list", "far"));
    Body body = ((StepKind.MapOver) outer.kind()).body();
    assertThat(body.steps().get(1).dependencies()).isEqualTo(ids("near"));
  }

  @Test
  void aSubRunSeesOnlyItsInput() {
    Step sub =
        new Step(
            id("sub"),
            new StepKind.SubRun(
                new Body(List.of(using("x", "input", "outside")), Optional.empty()),
                Map.of(),
                RunPolicy.DEFAULT),
            List.of());

    assertThat(refused(step("outside"), sub).code()).isEqualTo(PlanError.Code.DEP_NOT_FOUND);
  }

  @Test
  void aCycleInABodyNamesItAndItsContainer() {
    PlanError error = refused(step("list"), each("all", "list", step("a", "b"), step("b", "a")));

    assertThat(error.code()).isEqualTo(PlanError.Code.DAG_CYCLE);
    assertThat(error.path()).isEqualTo(ids("a", "b", "a"));
  }

  @Test
  void bodiesLieOnlySoDeepInEachOther() {
    Step inner = step("leaf");
    for (int depth = 0; depth < 9; depth++) {
      inner = each("e" + depth, depth == 8 ? "list" : "item", inner);
    }

    assertThat(refused(step("list"), inner).code()).isEqualTo(PlanError.Code.TOO_LARGE);
  }

  @Test
  void aStepMayNotHaveANameThatIsBoundAroundIt() {
    assertThat(refused(step("list"), each("all", "list", step("item"))).code())
        .isEqualTo(PlanError.Code.INVALID_INPUT);
  }

  @Test
  void tooManyStepsAreRefused() {
    PlanLimits two = new PlanLimits(2, 10, 2, 1_000);

    assertThat(refused(() -> Plan.of(List.of(step("a"), step("b"), step("c")), two)).code())
        .isEqualTo(PlanError.Code.TOO_LARGE);
    assertThat(refused(() -> Plan.of(List.of(step("l"), each("m", "l", step("x"))), two)).code())
        .isEqualTo(PlanError.Code.TOO_LARGE);
  }

  @Test
  @Tag("TR-4")
  @Tag("RT-1")
  void addedStepsMayDependOnWhatIsThereAndOnEachOther() {
    Plan before = Plan.of(List.of(step("a"), step("b", "a")));

    Plan after = before.with(List.of(step("d", "c"), step("c", "a")));

    assertThat(after.topological()).isEqualTo(ids("a", "b", "c", "d"));
    assertThat(after.dependents(id("a"))).isEqualTo(ids("b", "c"));
    assertThat(before.size()).isEqualTo(2);
    assertThat(before.dependents(id("a"))).isEqualTo(ids("b"));
  }

  @Test
  @Tag("TR-5")
  @Tag("RT-1")
  void addedStepsMayNotWaitForEachOther() {
    Plan before = Plan.of(List.of(step("a")));

    PlanError error = refused(() -> before.with(List.of(step("c", "d", "a"), step("d", "c"))));

    assertThat(error.code()).isEqualTo(PlanError.Code.DAG_CYCLE);
    assertThat(error.path()).isEqualTo(ids("c", "d", "c"));
  }

  @Test
  @Tag("TR-5")
  void addedStepsMustBeNewAndDependOnWhatIs() {
    Plan before = Plan.of(List.of(step("a")));

    assertThat(refused(() -> before.with(List.of(step("a")))).code())
        .isEqualTo(PlanError.Code.INVALID_INPUT);
    assertThat(refused(() -> before.with(List.of(step("b", "ghost")))).code())
        .isEqualTo(PlanError.Code.DEP_NOT_FOUND);
  }

  @Test
  @Tag("TR-4")
  @Tag("DS-6")
  void whatWasTakenOutAfterItsEndSatisfiesLaterSteps() {
    Plan compacted =
        Plan.of(List.of(step("a"), step("b", "a"), step("c", "b"))).without(Set.of(id("a")));

    Plan after =
        compacted.with(List.of(step("d", "a")), Set.of(id("a"))::contains, PlanLimits.DEFAULT);

    assertThat(after.roots()).isEqualTo(ids("b", "d"));
    assertThat(after.topological()).isEqualTo(ids("b", "c", "d"));
    assertThat(
            refused(() ->
                    compacted.with(
                        List.of(step("a")), Set.of(id("a"))::contains, PlanLimits.DEFAULT))
                .code())
        .isEqualTo(PlanError.Code.INVALID_INPUT);
  }

  /// 300 random graphs, built at once and step by step, against plain maps.
  @Test
  void growsIntoTheSamePlanAsBuiltAtOnce() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      List<Step> steps = Steps.random(random, 1 + random.nextInt(60));
      Plan grown = Plan.of(steps.subList(0, 1));
      for (int i = 1; i < steps.size(); ) {
        int to = Math.min(steps.size(), i + 1 + random.nextInt(5));
        List<Step> some = new ArrayList<>(steps.subList(i, to));
        Collections.shuffle(some, random);
        grown = grown.with(some);
        i = to;
      }
      List<Step> shuffled = new ArrayList<>(steps);
      Collections.shuffle(shuffled, random);
      Plan whole = Plan.of(shuffled);

      assertThat(grown).isEqualTo(whole);
      assertThat(grown.topological()).isEqualTo(whole.topological());
      assertThat(grown.edges()).isEqualTo(whole.edges());
      Map<StepId, Set<StepId>> dependents = new HashMap<>();
      steps.forEach(step ->
          step.dependencies()
              .forEach(
                  each -> dependents.computeIfAbsent(each, _ -> new HashSet<>()).add(step.id())));
      for (Step step : steps) {
        Set<StepId> expected = dependents.getOrDefault(step.id(), Set.of());
        assertThat(grown.dependents(step.id()))
            .containsExactlyInAnyOrderElementsOf(expected)
            .isSorted();
        assertThat(whole.dependents(step.id())).isEqualTo(grown.dependents(step.id()));
        assertThat(grown.dependentCount(step.id())).isEqualTo(expected.size());
      }
    }
  }

  @Test
  void everyStepComesAfterThoseItDependsOn() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      Plan plan = Plan.of(Steps.random(random, 80));
      Set<StepId> seen = new HashSet<>();
      for (StepId id : plan.topological()) {
        assertThat(seen).containsAll(plan.step(id).orElseThrow().dependencies());
        seen.add(id);
      }
      assertThat(seen).hasSize(plan.size());
    }
  }
}
