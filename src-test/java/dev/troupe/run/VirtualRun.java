package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A run in virtual time, whose steps a test ends. Time begins at 0.
final class VirtualRun {

  static final RunId ID = new RunId("r");

  private final Run run = new Run();
  private final RunDecisions decisions;
  private final Random random = new Random(1);
  private final List<Recorded> events = new ArrayList<>();
  private final List<RunAction> actions = new ArrayList<>();
  private final Map<String, RunAction.StartStep> open = new TreeMap<>();
  private OptionalLong wakeAt = OptionalLong.empty();
  private long now;

  VirtualRun() {
    this(Prices.NONE);
  }

  VirtualRun(Prices prices) {
    this.decisions = new RunDecisions(prices);
  }

  static VirtualRun of(RunPolicy policy, Step... steps) {
    return new VirtualRun().submitted(policy, steps);
  }

  VirtualRun submitted(RunPolicy policy, Step... steps) {
    accepted(RunCommand.Submit.of(ID, Plan.of(List.of(steps)), policy));
    return this;
  }

  Outcome decide(RunCommand command) {
    Outcome outcome = decisions.decide(run, command, now, random);
    events.addAll(outcome.events());
    for (RunAction action : outcome.actions()) {
      actions.add(action);
      switch (action) {
        case RunAction.StartStep start -> open.put(start.step().value(), start);
        case RunAction.CancelStep cancel -> open.remove(cancel.step().value());
        case RunAction.WakeAt wake -> wakeAt = OptionalLong.of(wake.atMillis());
        case RunAction.AskApproval _, RunAction.Conclude _ -> {}
      }
    }
    return outcome;
  }

  Outcome accepted(RunCommand command) {
    Outcome outcome = decide(command);
    assertThat(outcome.refusal()).isEmpty();
    return outcome;
  }

  RunRefusal refused(RunCommand command) {
    return decide(command).refusal().orElseThrow();
  }

  VirtualRun finish(String step) {
    return finish(step, TextNode.valueOf("result of " + step));
  }

  VirtualRun finish(String step, JsonNode result) {
    return finish(step, result, Consumption.CALL);
  }

  VirtualRun finish(String step, JsonNode result, Consumption used) {
    end(step, new RunCommand.Finished(result, used));
    return this;
  }

  VirtualRun fail(String step) {
    return fail(step, StepError.lasting(StepError.Code.EXECUTION_FAILED, "it broke"));
  }

  VirtualRun fail(String step, StepError error) {
    end(step, new RunCommand.Failed(error, Consumption.CALL));
    return this;
  }

  /// Fails a step that cost something.
  void failAtCost(String step, Consumption used) {
    end(
        step,
        new RunCommand.Failed(
            StepError.lasting(StepError.Code.EXECUTION_FAILED, "it broke"), used));
  }

  private void end(String step, RunCommand.Ended ended) {
    RunAction.StartStep start = started(step);
    open.remove(step);
    accepted(new RunCommand.StepOutcome(start.step(), start.attempt(), ended));
  }

  /// What was asked for when a running step started.
  RunAction.StartStep started(String step) {
    return Optional.ofNullable(open.get(step))
        .orElseThrow(() -> new AssertionError(step + " does not run, but " + open.keySet()));
  }

  /// Lets time pass, waking the run when it asks for it.
  VirtualRun advanceTo(long millis) {
    while (wakeAt.isPresent() && wakeAt.getAsLong() <= millis) {
      now = Math.max(now, wakeAt.getAsLong());
      wakeAt = OptionalLong.empty();
      decide(new RunCommand.Tick());
    }
    now = millis;
    return this;
  }

  long now() {
    return now;
  }

  Run run() {
    return run;
  }

  /// Steps that were asked for and neither ended nor were cancelled, by id.
  Set<String> running() {
    return open.keySet();
  }

  List<Recorded> events() {
    return events;
  }

  <T extends RunEvent> List<T> events(Class<T> kind) {
    return events.stream().map(Recorded::event).filter(kind::isInstance).map(kind::cast).toList();
  }

  <T extends RunAction> List<T> actions(Class<T> kind) {
    return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// The ids of steps in the order of their starts.
  List<String> startOrder() {
    return actions(RunAction.StartStep.class).stream().map(each -> each.step().value()).toList();
  }

  RunView view() {
    return RunView.of(run, now);
  }

  StepView step(String id) {
    return RunView.step(run, new StepId(id), now).orElseThrow();
  }

  RunState state() {
    return run.state();
  }

  Optional<RunError.Code> error() {
    return run.error().map(RunError::code);
  }

  /// The run as it is rebuilt from its events.
  VirtualRun replayed() {
    VirtualRun other = new VirtualRun();
    events.forEach(other.run::apply);
    other.events.addAll(events);
    other.now = now;
    return other;
  }
}
