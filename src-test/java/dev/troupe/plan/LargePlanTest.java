package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Half a million steps: affordable, and no dearer to add to than a few.
class LargePlanTest {

  private static final int STEPS = 500_000;

  private static Step wide(int number) {
    return number == 0 ? Steps.step("s0") : Steps.step("s" + number, "s" + (number - 1) / 10);
  }

  private static List<Step> steps(int from, int to) {
    List<Step> steps = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      steps.add(wide(i));
    }
    return steps;
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  @Tag("TR-3")
  void aStepTakesLessThanAKilobyte() {
    long before = usedBytes();
    Plan plan = Plan.of(steps(0, STEPS));
    long bytes = (usedBytes() - before) / STEPS;

    assertThat(plan.size()).isEqualTo(STEPS);
    assertThat(plan.dependents(id("s0"))).hasSize(10);
    assertThat(bytes).as("bytes a step").isBetween(50L, 1_000L);
  }

  @Test
  @Tag("TR-3")
  @Tag("TR-5")
  void addingToManyCostsHardlyMoreThanAddingToFew() {
    Plan small = Plan.of(steps(0, 1_000));
    Plan large = Plan.of(steps(0, STEPS - 20_000));
    nanosPerStep(small, 1_000, 20_000);

    long few = nanosPerStep(small, 1_000, 20_000);
    long many = nanosPerStep(large, STEPS - 20_000, 20_000);

    // O(log n): about twice the comparisons; a linear cost would be some hundred times as much
    assertThat(many).isLessThan(20 * few + 20_000);
  }

  private static long nanosPerStep(Plan plan, int from, int count) {
    Plan grown = plan;
    long start = CpuTime.nanos();
    for (int i = from; i < from + count; i++) {
      grown = grown.with(List.of(wide(i)));
    }
    assertThat(grown.size()).isEqualTo(plan.size() + count);
    return (CpuTime.nanos() - start) / count;
  }

  @Test
  @Tag("TR-3")
  void aChainAndAFanOfManyAreOrdered() {
    List<Step> chain = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      chain.add(i == 0 ? Steps.step("c0") : Steps.step("c" + i, "c" + (i - 1)));
    }
    assertThat(Plan.of(chain).stages()).hasSize(100_000);

    List<Step> fan = new ArrayList<>(List.of(Steps.step("root")));
    List<String> leaves = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      fan.add(Steps.step("f" + i, "root"));
      leaves.add("f" + i);
    }
    fan.add(Steps.step("join", leaves.toArray(String[]::new)));
    Plan plan = Plan.of(fan);
    assertThat(plan.dependentCount(id("root"))).isEqualTo(10_000);
    assertThat(plan.topological().getLast()).isEqualTo(id("join"));
  }

  @Test
  @Tag("TR-3")
  void oneMoreThanIsAllowedIsRefused() {
    Plan full = Plan.of(steps(0, 1_000), new PlanLimits(1_000, 10_000, 1, 1_000_000));

    assertThat(
            catchThrowableOfType(
                    InvalidPlanException.class,
                    () ->
                        full.with(
                            steps(1_000, 1_001),
                            _ -> false,
                            new PlanLimits(1_000, 10_000, 1, 1_000_000)))
                .error()
                .code())
        .isEqualTo(PlanError.Code.TOO_LARGE);
  }
}
