package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Body;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.Submission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state of one run: what its events, applied in order, make of it, and nothing else. Confined to
/// whoever owns it; changed by [#apply] alone, so that a rebuilt run is the run.
///
/// Cost of an event: what it changes, whatever the number of steps; submission and end look at every step
/// once. About 300 B for a step beside its texts.
public final class Run {

  private Optional<RunEvent.Submitted> submitted = Optional.empty();
  private RunState state = RunState.PENDING;
  private StepTable steps = new StepTable(RunPolicy.DEFAULT);
  private Resources resources = new Resources(RunPolicy.DEFAULT);
  private Optional<Plan> plan = Optional.empty();
  private Optional<Planning> planning = Optional.empty();
  private Optional<Submission.Webhook> webhook = Optional.empty();
  private final RunMemory memory = new RunMemory();
  private boolean isSealed;
  private boolean hadRetryRound;
  private Optional<RunEvent.Stopping> stopping = Optional.empty();
  private @Nullable Timer stageTimer;
  private Optional<RunError> error = Optional.empty();
  private long sequence;
  private long submittedAtMillis;
  private long updatedAtMillis;
  private long endedAtMillis;

  /// Takes in what happened.
  ///
  /// @throws IllegalArgumentException if it is not the next event
  public void apply(Recorded recorded) {
    if (recorded.sequence() != sequence + 1) {
      throw new IllegalArgumentException(
          "event " + recorded.sequence() + " cannot follow event " + sequence);
    }
    sequence = recorded.sequence();
    updatedAtMillis = Math.max(updatedAtMillis, recorded.atMillis());
    long at = updatedAtMillis;
    switch (recorded.event()) {
      case RunEvent.Submitted event -> submit(event, at);
      case RunEvent.WebhookSet event -> webhook = Optional.of(event.webhook());
      case RunEvent.PlanBegun event -> planning = Optional.of(event.planning());
      case RunEvent.Noted event -> memory.note(event.about(), event.note());
      case RunEvent.StepsAdded event -> extend(event.steps(), event.models(), at);
      case RunEvent.GraphFull _ -> resources.fill(true);
      case RunEvent.GraphResumed _ -> resources.fill(false);
      case RunEvent.Sealed _ -> isSealed = true;
      case RunEvent.StageStarted event -> openStage(event.stage(), at);
      case RunEvent.StageEnded _ -> closeStage();
      case RunEvent.StepStarted event -> start(event, at);
      case RunEvent.BodyStarted event -> startBody(event.step(), event.instance(), at);
      case RunEvent.ItemsStarted event -> {
        for (int i = event.from(); i < event.until(); i++) {
          startBody(event.step(), Integer.toString(i), at);
        }
      }
      case RunEvent.BodyEnded event -> {
        StepProgress step = steps.get(event.step());
        step.result = BodyResults.of(this, step);
        end(step, StepState.COMPLETED, at);
      }
      case RunEvent.RetryScheduled event -> scheduleRetry(event, at);
      case RunEvent.RetryDue event -> steps.retryDue(steps.get(event.step()), at);
      case RunEvent.StepFinished event -> finish(event, at);
      case RunEvent.StepFailed event -> fail(event, at);
      case RunEvent.StepsSkipped event -> {
        for (StepId id : event.steps()) {
          StepProgress step = steps.get(id);
          step.error = event.error();
          end(step, StepState.SKIPPED, at);
        }
      }
      case RunEvent.StepsReset event -> {
        hadRetryRound |= event.isRound();
        steps.reset(event.steps(), at);
      }
      case RunEvent.Paused _ -> state = RunState.PAUSED;
      case RunEvent.Resumed _ -> state = RunState.RUNNING;
      case RunEvent.Signalled event -> memory.signal(event.name(), event.payload());
      case RunEvent.Remembered event -> memory.remember(event.key(), event.value());
      case RunEvent.Forgotten event -> memory.forget(event.key());
      case RunEvent.BudgetWarned event -> resources.budgets().warned(event.part());
      case RunEvent.BudgetRaised event -> resources.budgets().raise(event.budget());
      case RunEvent.AbortRequested _ -> state = RunState.ABORTING;
      case RunEvent.Stopping event -> {
        stopping = Optional.of(event);
        event
            .untilMillis()
            .ifPresent(until -> steps.timers().add(Timer.ofRun(until, Timer.Kind.STOP)));
      }
      case RunEvent.RunEnded event -> end(event, at);
    }
  }

  private void submit(RunEvent.Submitted event, long at) {
    submitted = Optional.of(event);
    submittedAtMillis = at;
    RunPolicy policy = event.policy();
    steps = new StepTable(policy);
    resources = new Resources(policy);
    memory.rememberAll(event.memory());
    isSealed = !event.isOpen();
    state = event.isPaused() ? RunState.PAUSED : RunState.RUNNING;
    steps.carry(event.carried());
    policy
        .timeout()
        .ifPresent(limit ->
            steps.timers().add(Timer.ofRun(at + limit.toMillis(), Timer.Kind.RUN_TIMEOUT)));
    extend(event.steps(), event.models(), at);
  }

  private void extend(List<Step> added, Map<String, String> itsModels, long at) {
    memory.cast(itsModels);
    if (!added.isEmpty()) {
      plan = Optional.of(plan.map(each -> each.with(added)).orElseGet(() -> Plan.ofChecked(added)));
      steps.add(added, null, "", at, sequence);
    }
  }

  private void start(RunEvent.StepStarted event, long at) {
    StepProgress step = steps.get(event.step());
    steps.start(step, event, at);
    resources.start(step, event.reserved(), at);
  }

  private void startBody(StepId id, String instance, long at) {
    StepProgress container = steps.get(id);
    Instances instances = container.instances();
    List<Step> added = bodyOf(container.step.kind(), instance).instance(id, instance);
    steps.add(added, container, instance, at, sequence);
    instances.start(instance, added.stream().map(each -> steps.get(each.id())).toList());
  }

  static Body bodyOf(StepKind kind, String instance) {
    Body named = kind.bodies().get(instance);
    return named != null ? named : kind.bodies().getOrDefault("", Body.EMPTY);
  }

  private void scheduleRetry(RunEvent.RetryScheduled event, long at) {
    StepProgress step = steps.get(event.step());
    resources.retry(step, event.error(), event.used(), event.micros(), at);
    steps.awaitRetry(step, event.dueAtMillis(), at);
    if (event.error().isOfNothing()) {
      step.retries--;
    }
    step.error = event.error();
  }

  private void finish(RunEvent.StepFinished event, long at) {
    StepProgress step = steps.get(event.step());
    resources.succeed(step, event.used(), event.micros());
    step.result = event.result();
    step.error = null;
    end(step, StepState.COMPLETED, at);
  }

  private void fail(RunEvent.StepFailed event, long at) {
    StepProgress step = steps.get(event.step());
    resources.fail(step, event.error(), event.used(), event.micros(), at);
    step.error = event.error();
    if (event.isHeld()) {
      steps.hold(step, at);
    } else {
      end(step, StepState.FAILED, at);
    }
  }

  private void end(StepProgress step, StepState how, long at) {
    resources.budgets().release(step.reserved.expense());
    steps.end(step, how, at, sequence);
  }

  private void openStage(int stage, long at) {
    steps.openStage(stage, at);
    policy()
        .stageTimeout()
        .ifPresent(limit -> {
          stageTimer = Timer.ofRun(at + limit.toMillis(), Timer.Kind.STAGE_TIMEOUT);
          steps.timers().add(stageTimer);
        });
  }

  private void closeStage() {
    steps.barriers().close();
    if (stageTimer != null) {
      steps.timers().remove(stageTimer);
      stageTimer = null;
    }
  }

  private void end(RunEvent.RunEnded event, long at) {
    StepError ofStarted =
        event
            .error()
            .filter(each -> each.code() == RunError.Code.TIMEOUT)
            .map(_ -> StepError.timeout(at - submittedAtMillis))
            .orElseGet(StepError::cancelled);
    steps.endAll(ofStarted, StepError.skipped("the run ended before it started"), at, sequence);
    resources.budgets().release(resources.budgets().reserved());
    state = event.state();
    error = event.error();
    endedAtMillis = at;
  }

  public RunState state() {
    return state;
  }

  public RunId id() {
    return start().run();
  }

  public RunPolicy policy() {
    return start().policy();
  }

  RunEvent.Submitted start() {
    return submitted.orElseThrow(() -> new IllegalStateException("the run was never submitted"));
  }

  /// Whatever its user wants to find again.
  public Map<String, JsonNode> metadata() {
    return start().metadata();
  }

  public boolean isSubmitted() {
    return submitted.isPresent();
  }

  /// The plan as it is now, without the steps inside steps; none in an open run without steps.
  public Optional<Plan> plan() {
    return plan;
  }

  /// Who is told of its events.
  public Optional<Submission.Webhook> webhook() {
    return webhook;
  }

  /// How an open run comes to its steps; none where somebody outside adds them.
  public Optional<Planning> planning() {
    return planning;
  }

  /// Events applied: the sequence of the last.
  public long sequence() {
    return sequence;
  }

  public long submittedAtMillis() {
    return submittedAtMillis;
  }

  /// Of the last event.
  public long updatedAtMillis() {
    return updatedAtMillis;
  }

  /// 0 while it has not ended.
  public long endedAtMillis() {
    return endedAtMillis;
  }

  public Optional<RunError> error() {
    return error;
  }

  public Expense spent() {
    return resources.budgets().spent();
  }

  public Expense reserved() {
    return resources.budgets().reserved();
  }

  /// Steps in a state, those inside steps counted.
  public int count(StepState of) {
    return steps.count(of);
  }

  /// Whether more steps are to come from outside.
  public boolean isOpen() {
    return !isSealed;
  }

  boolean isStopping() {
    return stopping.isPresent() || state == RunState.ABORTING;
  }

  Optional<RunEvent.Stopping> stopping() {
    return stopping;
  }

  /// Whether what failed was tried once more, as `retry_all` has it.
  boolean hadRetryRound() {
    return hadRetryRound;
  }

  StepTable steps() {
    return steps;
  }

  Budgets budgets() {
    return resources.budgets();
  }

  /// Money, room and starts.
  Resources resources() {
    return resources;
  }

  RunMemory memory() {
    return memory;
  }
}
