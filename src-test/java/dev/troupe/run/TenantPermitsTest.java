package dev.troupe.run;

import static dev.troupe.run.Steps.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.run.TenantPermits.Grant;
import dev.troupe.run.TenantPermits.Said;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("UDF-10")
class TenantPermitsTest {

  private static final long LEARNED = TenantPermits.LEARNING_MILLIS;

  private static TenantPermits<String> permits(int concurrent) {
    return new TenantPermits<>(
        new TenantLimits(OptionalInt.of(concurrent), OptionalDouble.empty()), 0);
  }

  /// A run, and what it has heard of permits.
  private static final class Member {

    private final Run run = new Run();
    private final RunDecisions decisions = new RunDecisions(Prices.NONE);
    private final Map<RunAction.StartStep, Long> open = new LinkedHashMap<>();
    private final List<Long> starts = new ArrayList<>();
    private long received;
    private Said said = new Said(0, 0, 0);

    Member(RunPolicy policy, int steps) {
      var all = IntStream.range(0, steps).mapToObj(at -> step("s" + at)).toArray(Step[]::new);
      decide(RunCommand.Submit.of(VirtualRun.ID, Plan.of(List.of(all)), policy), 0, 0);
    }

    void decide(RunCommand command, int permits, long now) {
      received += permits;
      int started = 0;
      for (var action :
          decisions.within(permits).decide(run, command, now, new Random(1)).actions()) {
        if (action instanceof RunAction.StartStep start) {
          open.put(start, now);
          starts.add(now);
          started++;
        }
      }
      var demand = decisions.demand(run, now);
      said = new Said(demand.running(), received, started < permits ? 0 : demand.startable());
    }

    /// Ends what has run for so long.
    void finish(long now, long millis) {
      for (var each : List.copyOf(open.entrySet())) {
        if (now - each.getValue() >= millis) {
          open.remove(each.getKey());
          var start = each.getKey();
          decide(
              new RunCommand.StepOutcome(
                  start.step(),
                  start.attempt(),
                  new RunCommand.Finished(TextNode.valueOf("x"), Consumption.CALL)),
              0,
              now);
        }
      }
    }
  }

  @Test
  void allRunsOfATenantTogetherKeepToItsLimits() {
    var permits =
        new TenantPermits<Member>(new TenantLimits(OptionalInt.of(10), OptionalDouble.of(5)), 0);
    var one = new Member(RunPolicy.DEFAULT.withMaxParallelism(16), 25);
    var other = new Member(RunPolicy.DEFAULT.withMaxParallelism(16), 25);
    var members = List.of(one, other);
    long now = 0;

    while (members.stream().anyMatch(each -> !each.run.state().isTerminal())) {
      assertThat(now).as("no progress").isLessThan(60_000);
      now += 50;
      long at = now;
      members.forEach(each -> each.finish(at, 2_500));
      members.forEach(each -> permits.say(each, each.said, at));
      permits
          .grants(at)
          .forEach(grant -> grant.run().decide(new RunCommand.Tick(), grant.permits(), at));
      assertThat(one.open.size() + other.open.size()).isLessThanOrEqualTo(10);
    }

    var starts = new ArrayList<>(one.starts);
    starts.addAll(other.starts);
    starts.sort(Long::compare);
    assertThat(starts).hasSize(50);
    for (int i = 6; i < starts.size(); i++) {
      assertThat(starts.get(i) - starts.get(i - 6)).isGreaterThanOrEqualTo(1_000);
    }
    // Ten at a time of 2.5 s each are four in a second: both have started their last after 12 s.
    assertThat(one.starts.getLast()).isBetween(LEARNED + 11_000L, LEARNED + 13_000L);
    assertThat(other.starts.getLast()).isBetween(LEARNED + 11_000L, LEARNED + 13_000L);
  }

  @Test
  void whatARunCannotUseIsForOthers() {
    var permits = permits(1);
    permits.say("a", new Said(0, 0, 1), LEARNED);
    permits.say("b", new Said(0, 0, 1), LEARNED);
    assertThat(permits.grants(LEARNED)).containsExactly(new Grant<>("a", 1));

    permits.say("a", new Said(0, 1, 0), LEARNED);

    assertThat(permits.grants(LEARNED)).containsExactly(new Grant<>("b", 1));
  }

  @Test
  void nothingIsGrantedBeforeItIsKnownWhatRunsHold() {
    var permits = permits(3);
    permits.say("a", new Said(0, 0, 3), 0);

    assertThat(permits.grants(LEARNED - 1)).isEmpty();
    assertThat(permits.nextMillis()).hasValue(LEARNED);
    permits.say("b", new Said(2, 40, 0), LEARNED - 1);

    assertThat(permits.grants(LEARNED)).containsExactly(new Grant<>("a", 1));
    assertThat(permits.nextMillis()).isEmpty();
  }

  @Test
  void whoHoldsTheFewestIsNext() {
    var permits = permits(4);
    permits.say("a", new Said(2, 2, 5), LEARNED);
    permits.say("b", new Said(0, 0, 5), LEARNED);

    assertThat(permits.grants(LEARNED)).containsExactly(new Grant<>("b", 2));
  }

  @Test
  void whatIsUnderWayCountsUntilItIsReceivedOrLost() {
    var permits = permits(2);
    permits.say("a", new Said(0, 0, 2), LEARNED);
    permits.grants(LEARNED);

    // Said before it heard of them.
    permits.say("a", new Said(0, 0, 2), LEARNED);
    permits.say("b", new Said(0, 0, 1), LEARNED);
    assertThat(permits.grants(LEARNED + 10_000)).isEmpty();
    permits.say("a", new Said(0, 0, 1), LEARNED + 10_001);

    assertThat(permits.grants(LEARNED + 10_001))
        .containsExactlyInAnyOrder(new Grant<>("a", 1), new Grant<>("b", 1));
  }

  @Test
  void whatARunHeldIsFreeWhenItHasBeenSilentForLong() {
    var permits = permits(1);
    permits.say("a", new Said(1, 1, 0), LEARNED);
    permits.say("b", new Said(0, 0, 1), LEARNED);
    long silent = LEARNED + TenantPermits.SILENT_MILLIS;
    permits.say("b", new Said(0, 0, 1), silent);
    assertThat(permits.grants(silent)).isEmpty();

    assertThat(permits.grants(silent + 1)).containsExactly(new Grant<>("b", 1));

    permits.say("a", new Said(1, 1, 0), silent + 2);
    permits.say("b", new Said(0, 1, 1), silent + 2);
    assertThat(permits.grants(silent + 2)).isEmpty();
  }

  @Test
  void whatWaitsForAPermitAsksForNoTimeThatHasPassed() {
    var decisions = new RunDecisions(Prices.NONE);
    var run = new Run();
    var random = new Random(1);
    var policy = RunPolicy.DEFAULT.withMaxTasksPerSecond(1);
    var plan = Plan.of(List.of(step("a"), step("b")));
    var begun =
        decisions
            .within(1)
            .decide(run, RunCommand.Submit.of(VirtualRun.ID, plan, policy), 0, random);
    assertThat(begun.actions()).contains(new RunAction.WakeAt(1_000));

    var woken = decisions.within(0).decide(run, new RunCommand.Tick(), 1_000, random);

    assertThat(woken.actions()).isEmpty();
    assertThat(decisions.demand(run, 1_000)).isEqualTo(new StartDemand(1, 1));
  }

  @Test
  void whatARunHeldIsFreeWhenItIsGone() {
    var permits = permits(1);
    permits.say("a", new Said(1, 1, 0), LEARNED);
    permits.say("b", new Said(0, 0, 1), LEARNED);
    assertThat(permits.grants(LEARNED)).isEmpty();

    permits.end("a");

    assertThat(permits.grants(LEARNED)).containsExactly(new Grant<>("b", 1));
  }

  @Test
  void aRunInsideARunNeedsNoPermitButItsStepsDo() {
    var decisions = new RunDecisions(Prices.NONE);
    var run = new Run();
    var plan =
        Plan.of(
            List.of(
                Steps.of(
                    "inner",
                    new StepKind.SubRun(Steps.body(step("x")), Map.of(), RunPolicy.DEFAULT)),
                step("y")));

    var started =
        decisions
            .within(0)
            .decide(
                run, RunCommand.Submit.of(VirtualRun.ID, plan, RunPolicy.DEFAULT), 0, new Random(1))
            .actions()
            .stream()
            .filter(RunAction.StartStep.class::isInstance)
            .map(action -> ((RunAction.StartStep) action).step())
            .toList();

    assertThat(started).containsExactly(new StepId("inner"));
    assertThat(decisions.demand(run, 0)).isEqualTo(new StartDemand(0, 1));
  }
}
