package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The published shapes, with the times that were published, in virtual time.
class PlanScheduleTest {

  private static final RunPolicy WIDE = failFast().withMaxParallelism(100);

  /// Steps whose expected duration is the one they take.
  private final Map<StepId, Long> millis = new HashMap<>();

  private Step taking(double seconds, String id, String... dependencies) {
    long duration = Math.round(seconds * 1_000);
    millis.put(new StepId(id), duration);
    return with(
        step(id, dependencies), each -> each.withExpectedDuration(Duration.ofMillis(duration)));
  }

  private PlanSchedule.Result schedule(RunPolicy policy, List<Step> steps) {
    return PlanSchedule.of(Plan.of(steps), policy, millis::get);
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  @Test
  @Tag("UDF-24")
  void aResearchPlanOfTwelveStepsTakesAtMost85Seconds() {
    List<Step> steps = new ArrayList<>();
    // Ten cities of 20 to 24.5 s, an analysis and a report of 30 s each: 282.5 s one by one.
    for (int i = 0; i < 10; i++) {
      steps.add(taking(20 + i * 0.5, "city" + i));
    }
    steps.add(taking(30, "analysis", names("city", 10)));
    steps.add(taking(30, "report", "analysis"));

    PlanSchedule.Result result = schedule(failFast().withMaxParallelism(10), steps);

    assertThat(result.makespanMillis()).isEqualTo(84_500);
    assertThat(result.speedup()).isGreaterThan(3.1);
  }

  @Test
  @Tag("UDF-24")
  void tenIndependentStepsAreTenTimesAsFast() {
    List<Step> steps = Arrays.stream(names("s", 10)).map(each -> taking(45, each)).toList();

    PlanSchedule.Result result = schedule(failFast().withMaxParallelism(10), steps);

    assertThat(result.stepMillis()).isEqualTo(450_000);
    assertThat(result.speedup()).isGreaterThanOrEqualTo(9.5);
  }

  @Test
  @Tag("UDF-24")
  void fifteenStepsInThreeStagesOfFive() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      steps.add(taking(30, "a" + i));
      steps.add(taking(30, "b" + i, "a" + i));
      steps.add(taking(30, "c" + i, "b" + i));
    }

    PlanSchedule.Result result = schedule(failFast().withMaxParallelism(10), steps);

    // 450 s one by one, 90 s here: the guide hopes for 120.
    assertThat(result.speedup()).isGreaterThanOrEqualTo(3.8);
  }

  /// A loop of an agent that thinks, acts, and thinks again: one after the other.
  private PlanSchedule.Result react(double thinking, double answering, double... actions) {
    List<Step> steps = new ArrayList<>();
    String last = "";
    for (int i = 0; i < actions.length; i++) {
      steps.add(
          last.isEmpty() ? taking(thinking, "think" + i) : taking(thinking, "think" + i, last));
      steps.add(taking(actions[i], "act" + i, "think" + i));
      last = "act" + i;
    }
    steps.add(taking(answering, "answer", last));
    return schedule(WIDE, steps);
  }

  @Test
  @Tag("LC-5")
  void theMovieShapeIs37TimesAsFastAsALoop() {
    // Eight searches, the slowest of 1.13 s; the loop writes each thought in the time of an answer.
    double[] searches = {1.13, 0.9, 0.8, 0.7, 1.0, 0.6, 0.9, 0.8};
    PlanSchedule.Result loop = react(1.62, 1.62, searches);
    List<Step> steps = new ArrayList<>(List.of(taking(1.88, "planner")));
    for (int i = 0; i < searches.length; i++) {
      steps.add(taking(searches[i], "s" + i, "planner"));
    }
    steps.add(taking(1.62, "join", names("s", searches.length)));

    PlanSchedule.Result compiled = schedule(WIDE, steps);

    // 1.88 + 1.13 + 1.62 s.
    assertThat(compiled.makespanMillis()).isEqualTo(4_630);
    assertThat((double) loop.makespanMillis() / compiled.makespanMillis())
        .isGreaterThanOrEqualTo(3.7);
  }

  /// A tree of ParallelQA: four searches, two sums of two, one comparison.
  private List<Step> tree(double search, double math) {
    List<Step> lines = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      lines.add(taking(search, Integer.toString(i)));
    }
    lines.add(taking(math, "5", "1", "2"));
    lines.add(taking(math, "6", "3", "4"));
    lines.add(taking(math, "7", "5", "6"));
    return lines;
  }

  @Test
  @Tag("LC-5")
  void theParallelQaShapeIsTwiceAsFastAsALoopAndStreamingThePlanGivesAThirdMore() {
    double line = 1.1;
    double search = 5;
    double math = 1.5;
    double answer = 1.62;
    PlanSchedule.Result loop = react(2.2, answer, search, search, search, search, math, math, math);
    List<Step> lines = tree(search, math);
    List<PlanSchedule.Arrival> streamed = new ArrayList<>();
    List<PlanSchedule.Arrival> whole = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      streamed.add(
          new PlanSchedule.Arrival(Math.round((i + 1) * line * 1_000), List.of(lines.get(i))));
    }
    long written = Math.round(lines.size() * line * 1_000);
    whole.add(new PlanSchedule.Arrival(written, lines));

    long asWritten =
        PlanSchedule.streamed(streamed, WIDE, millis::get).makespanMillis()
            + Math.round(answer * 1_000);
    long afterWriting =
        PlanSchedule.streamed(whole, WIDE, millis::get).makespanMillis()
            + Math.round(answer * 1_000);

    // Written whole: 7.7 + 5 + 1.5 + 1.5 + 1.62 s. Streamed: the last search begins at 4.4 s, and
    // ends at
    // 9.4; two sums of 1.5 s and the answer follow.
    assertThat(afterWriting).isEqualTo(17_320);
    assertThat(asWritten).isEqualTo(14_020);
    assertThat((double) loop.makespanMillis() / asWritten).isGreaterThanOrEqualTo(2.15);
  }

  @Test
  @Tag("LC-5")
  void streamingPaysMostWherePlansAreLongAndToolsSlow() {
    double line = 1.4;
    List<Step> lines = tree(6.5, 0.4);
    List<PlanSchedule.Arrival> streamed = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      streamed.add(
          new PlanSchedule.Arrival(Math.round((i + 1) * line * 1_000), List.of(lines.get(i))));
    }
    long written = Math.round(lines.size() * line * 1_000);

    long asWritten = PlanSchedule.streamed(streamed, WIDE, millis::get).makespanMillis();
    long afterWriting =
        PlanSchedule.streamed(List.of(new PlanSchedule.Arrival(written, lines)), WIDE, millis::get)
            .makespanMillis();

    // 9.8 + 6.5 + 0.8 = 17.1 s against 5.6 + 6.5 + 0.8 = 12.9 s: the published gain is 1.30.
    assertThat((double) afterWriting / asWritten).isGreaterThanOrEqualTo(1.3);
  }

  @Test
  @Tag("DS-3")
  @Tag("DS-4")
  void theLongestWayGoesFirst() {
    List<Step> steps =
        List.of(
            taking(1, "a"),
            taking(1, "b"),
            taking(1, "z"),
            taking(10, "after-z", "z"),
            taking(3, "after-b", "b"));

    PlanSchedule.Result result = schedule(failFast().withMaxParallelism(1), steps);

    List<String> order =
        result.startMillis().entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .map(each -> each.getKey().value())
            .toList();
    // Ways to the end: z 11 s, after-z 10, b 4, after-b 3, a 1.
    assertThat(order).containsExactly("z", "after-z", "b", "after-b", "a");
  }

  @Test
  @Tag("DS-3")
  void theCriticalPathBeatsTheOrderOfIdsAndKeepsGrahamsBound() {
    long byPath = 0;
    long byId = 0;
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int workers = 2 + random.nextInt(6);
      List<Step> steps = random(random, 60);
      PlanSchedule.Result informed = schedule(failFast().withMaxParallelism(workers), steps);
      List<Step> blind =
          steps.stream()
              .map(each ->
                  each.withPolicy(
                      each.policy()
                          .withExpectedDuration(Duration.ofMillis(1))
                          .withPriority(-Integer.parseInt(each.id().value().substring(1)))))
              .toList();
      byPath += informed.makespanMillis();
      byId += schedule(failFast().withMaxParallelism(workers), blind).makespanMillis();

      long longest = schedule(failFast().withMaxParallelism(1_000), steps).makespanMillis();
      long least = Math.max(longest, Math.ceilDiv(informed.stepMillis(), workers));
      // Graham 1969: no list schedule is longer than (2 − 1/p) times the best.
      assertThat((double) informed.makespanMillis())
          .isLessThanOrEqualTo((2 - 1.0 / workers) * least);
    }
    assertThat(byPath).isLessThanOrEqualTo(byId);
  }

  private List<Step> random(Random random, int size) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int id = i;
      String[] before =
          random
              .ints(random.nextInt(4), 0, Math.max(1, i))
              .filter(each -> each < id)
              .distinct()
              .mapToObj(each -> "s" + each)
              .toArray(String[]::new);
      steps.add(taking(0.1 + random.nextInt(100) / 10.0, "s" + i, before));
    }
    return steps;
  }

  @Test
  @Tag("DS-11")
  void allLevelsRun() {
    List<Step> steps = new ArrayList<>(List.of(taking(1, "s0")));
    for (int i = 1; i < 5; i++) {
      steps.add(taking(1, "s" + i, "s" + (i - 1)));
    }

    PlanSchedule.Result result = schedule(WIDE, steps);

    assertThat(result.state()).isEqualTo(RunState.COMPLETED);
    assertThat(result.endMillis()).containsEntry(new StepId("s4"), 5_000L);
  }
}
