package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.troupe.plan.Plan;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What holds of every run, whatever its plan and whatever happens to it.
class RunPropertyTest {

  private static final RunPolicy.FailureMode[] MODES = RunPolicy.FailureMode.values();

  private final List<Recorded> events = new ArrayList<>();
  private final Map<StepId, RunAction.StartStep> open = new HashMap<>();
  private final Map<StepId, Integer> successes = new HashMap<>();
  private long paid;

  @Property(tries = 300)
  void everyRunEndsAndKeepsItsPromises(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 8) int parallel,
      @ForAll @IntRange(min = 0, max = 3) int mode,
      @ForAll boolean isBatched) {
    events.clear();
    open.clear();
    successes.clear();
    paid = 0;
    Random random = new Random(seed);
    List<Step> steps = steps(random, size);
    RunPolicy policy = RunPolicy.DEFAULT.withFailureMode(MODES[mode]).withMaxParallelism(parallel);
    RunPolicy chosen = isBatched ? policy.withMode(RunPolicy.Mode.BATCHED) : policy;
    Run run = new Run();
    RunDecisions decisions = new RunDecisions(Prices.NONE);
    long now = 0;
    take(
        decisions.decide(
            run, RunCommand.Submit.of(VirtualRun.ID, Plan.of(steps), chosen), 0, random));

    for (int turn = 0; !run.state().isTerminal(); turn++) {
      assertThat(turn).as("turns of a run of %d steps", size).isLessThan(2_000);
      assertThat(open.size()).isLessThanOrEqualTo(parallel);
      now += random.nextInt(400);
      take(decisions.decide(run, command(run, random), now, random));
    }

    check(run, steps);
    assertThat(decisions.decide(run, new RunCommand.Tick(), now + 1, random).events()).isEmpty();
    assertThat(decisions.decide(run, new RunCommand.Pause(), now + 1, random).refusal())
        .isPresent();
    Run replayed = new Run();
    events.forEach(replayed::apply);
    assertThat(RunView.of(replayed, now)).isEqualTo(RunView.of(run, now));
  }

  private static List<Step> steps(Random random, int size) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Set<String> before = new HashSet<>();
      for (int k = random.nextInt(4); k > 0 && i > 0; k--) {
        before.add("s" + random.nextInt(i));
      }
      boolean isOptional = random.nextInt(5) == 0;
      int retries = random.nextInt(3);
      steps.add(
          Steps.with(
              Steps.step("s" + i, before.toArray(String[]::new)),
              each ->
                  each.withOptional(isOptional)
                      .withRetry(
                          Retry.exponential(
                              retries, Duration.ofMillis(50), Duration.ofSeconds(1), 2, 0.5))
                      .withTimeout(Duration.ofSeconds(3))));
    }
    return steps;
  }

  private RunCommand command(Run run, Random random) {
    List<StepId> running = open.keySet().stream().sorted().toList();
    int dice = random.nextInt(20);
    if (dice == 0) {
      return new RunCommand.Pause();
    }
    if (dice == 1 || run.state() == RunState.PAUSED) {
      return new RunCommand.Resume();
    }
    if (dice == 2) {
      return new RunCommand.Recover(Set.copyOf(running));
    }
    if (dice == 3) {
      List<StepView> all = RunView.of(run, 0).steps();
      return new RunCommand.RetryStep(all.get(random.nextInt(all.size())).id());
    }
    if (dice < 7 || running.isEmpty()) {
      return new RunCommand.Tick();
    }
    StepId step = running.get(random.nextInt(running.size()));
    RunAction.StartStep start = open.get(step);
    Consumption used =
        new Consumption(random.nextInt(9), 0, random.nextInt(9), 1, random.nextInt(1_000));
    open.remove(step);
    paid += used.micros();
    if (dice < 15) {
      successes.merge(step, 1, Integer::sum);
      return new RunCommand.StepOutcome(
          step,
          start == null ? 0 : start.attempt(),
          new RunCommand.Finished(IntNode.valueOf(dice), used));
    }
    StepError error =
        dice < 18
            ? StepError.passing(StepError.Code.UNAVAILABLE, "overloaded")
            : StepError.lasting(StepError.Code.EXECUTION_FAILED, "it broke");
    return new RunCommand.StepOutcome(
        step, start == null ? 0 : start.attempt(), new RunCommand.Failed(error, used));
  }

  private void take(Outcome outcome) {
    events.addAll(outcome.events());
    for (RunAction action : outcome.actions()) {
      switch (action) {
        case RunAction.StartStep start ->
            assertThat(open.put(start.step(), start)).as("started twice at a time").isNull();
        case RunAction.CancelStep cancel -> open.remove(cancel.step());
        case RunAction.AskApproval _, RunAction.WakeAt _, RunAction.Conclude _ -> {}
      }
    }
  }

  private void check(Run run, List<Step> steps) {
    RunView view = RunView.of(run, 0);
    assertThat(view.steps()).allMatch(each -> each.state().isEnded());
    assertThat(successes.values()).as("times that a step completed").allMatch(each -> each == 1);
    assertThat(view.spent().micros())
        .isEqualTo(view.steps().stream().mapToLong(StepView::micros).sum())
        .isGreaterThanOrEqualTo(paid);
    assertThat(view.reserved()).isEqualTo(Expense.NONE);
    Map<StepId, Long> ended = new HashMap<>();
    for (Recorded recorded : events) {
      switch (recorded.event()) {
        case RunEvent.StepFinished event -> ended.put(event.step(), recorded.sequence());
        case RunEvent.StepFailed event -> ended.put(event.step(), recorded.sequence());
        case RunEvent.StepsSkipped event ->
            event.steps().forEach(each -> ended.put(each, recorded.sequence()));
        case RunEvent.StepStarted event ->
            steps.stream()
                .filter(each -> each.id().equals(event.step()))
                .flatMap(each -> each.dependencies().stream())
                .forEach(each -> assertThat(ended).as("ended before").containsKey(each));
        default -> {}
      }
    }
    assertThat(events.getLast().event()).isInstanceOf(RunEvent.RunEnded.class);
  }
}
