package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.ToLongFunction;

/// A run in virtual time: when each step would start and end if it took as long as is said. The decisions
/// are those of real runs, so that a schedule made here is one that a run would keep.
///
/// Every step succeeds, with null as its result. Approvals are given at once.
public final class PlanSchedule {

  /// Steps that become known later.
  ///
  /// @param atMillis from the run's start
  public record Arrival(long atMillis, List<Step> steps) {}

  /// How it went.
  ///
  /// @param makespanMillis from the run's start to its end
  /// @param stepMillis of all steps together: what they would take one after the other
  /// @param startMillis of each step, from the run's start
  /// @param endMillis of each step, from the run's start
  public record Result(
      RunState state,
      long makespanMillis,
      long stepMillis,
      Map<StepId, Long> startMillis,
      Map<StepId, Long> endMillis) {

    /// One after the other, against this.
    public double speedup() {
      return (double) stepMillis / makespanMillis;
    }
  }

  private record Due(long atMillis, long number, RunCommand command) {}

  private static final RunId ID = new RunId("schedule");

  private final Run run = new Run();
  private final RunDecisions decisions = new RunDecisions(Prices.NONE);
  private final Random random = new Random(0);
  private final PriorityQueue<Due> agenda =
      new PriorityQueue<>(Comparator.comparingLong(Due::atMillis).thenComparingLong(Due::number));
  private final Map<StepId, Long> starts = new HashMap<>();
  private final Map<StepId, Long> ends = new HashMap<>();
  private final ToLongFunction<StepId> durations;
  private long now;
  private long sent;
  private long endMillis = -1;

  private PlanSchedule(ToLongFunction<StepId> durations) {
    this.durations = durations;
  }

  /// Of a plan that is known whole.
  ///
  /// @param durations of each step, in milliseconds
  public static Result of(Plan plan, RunPolicy policy, ToLongFunction<StepId> durations) {
    return new PlanSchedule(durations).result(RunCommand.Submit.of(ID, plan, policy), List.of());
  }

  /// Of a plan whose steps become known one after the other.
  public static Result streamed(
      List<Arrival> arrivals, RunPolicy policy, ToLongFunction<StepId> durations) {
    return new PlanSchedule(durations).result(RunCommand.Submit.open(ID, policy), arrivals);
  }

  private Result result(RunCommand.Submit submit, List<Arrival> arrivals) {
    send(0, submit);
    long last = 0;
    for (Arrival arrival : arrivals) {
      send(arrival.atMillis(), new RunCommand.AddSteps(arrival.steps()));
      last = Math.max(last, arrival.atMillis());
    }
    if (submit.isOpen()) {
      send(last, new RunCommand.Seal());
    }
    while (!agenda.isEmpty() && endMillis < 0) {
      Due due = agenda.remove();
      now = due.atMillis();
      follow(decisions.decide(run, due.command(), now, random));
    }
    if (endMillis < 0) {
      throw new IllegalStateException("the schedule of " + submit.plan() + " has no end");
    }
    return new Result(
        run.state(),
        endMillis,
        ends.entrySet().stream()
            .mapToLong(each -> each.getValue() - starts.getOrDefault(each.getKey(), 0L))
            .sum(),
        Map.copyOf(starts),
        Map.copyOf(ends));
  }

  private void follow(Outcome outcome) {
    outcome
        .refusal()
        .ifPresent(refusal -> {
          throw new IllegalArgumentException(refusal.message());
        });
    for (RunAction action : outcome.actions()) {
      switch (action) {
        case RunAction.StartStep start -> begin(start);
        case RunAction.WakeAt wake -> send(wake.atMillis(), new RunCommand.Tick());
        case RunAction.AskApproval ask ->
            send(now, new RunCommand.Approve(ask.step(), true, "schedule", ""));
        case RunAction.Conclude _ -> endMillis = now;
        case RunAction.CancelStep _ -> {}
      }
    }
  }

  private void begin(RunAction.StartStep start) {
    JsonNode result = NullNode.instance;
    long end = now + durations.applyAsLong(start.step());
    starts.put(start.step(), now);
    ends.put(start.step(), end);
    send(
        end,
        new RunCommand.StepOutcome(
            start.step(), start.attempt(), new RunCommand.Finished(result, Consumption.CALL)));
  }

  private void send(long atMillis, RunCommand command) {
    agenda.add(new Due(atMillis, sent++, command));
  }
}
