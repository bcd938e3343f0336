package dev.troupe.run;

import dev.troupe.plan.RunPolicy;

/// What a run has to do its steps with: money, tokens and calls; room for so many at a time; so many starts
/// in a second. And what is learnt of them as steps end.
final class Resources {

  private final RunPolicy policy;
  private final Budgets budgets;
  private final LaunchRate launchRate;
  private final Pace ratePace = new Pace();
  private final Pace widthPace = new Pace();
  private final TokenEstimate tokens = new TokenEstimate();
  private int retries;
  private int timeouts;
  private int failures;
  private boolean isFull;

  Resources(RunPolicy policy) {
    this.policy = policy;
    this.budgets = new Budgets(policy.budget());
    this.launchRate = new LaunchRate(policy.maxTasksPerSecond());
  }

  Budgets budgets() {
    return budgets;
  }

  TokenEstimate tokens() {
    return tokens;
  }

  /// Whether steps that were to be added found no room.
  boolean isFull() {
    return isFull;
  }

  void fill(boolean full) {
    isFull = full;
  }

  /// Steps that may run at a time, for now.
  int width() {
    return Math.max(1, (int) Math.floor(policy.maxParallelism() * widthPace.fraction()));
  }

  /// The earliest time of the next start.
  long nextStartMillis() {
    return launchRate.nextStartMillis(ratePace.fraction());
  }

  /// Attempts that were made again.
  int retries() {
    return retries;
  }

  /// Attempts that took too long.
  int timeouts() {
    return timeouts;
  }

  /// Steps that failed for good.
  int failures() {
    return failures;
  }

  void start(StepProgress step, Reservation reserved, long atMillis) {
    budgets.reserve(reserved.expense());
    if (step.isWork()) {
      launchRate.started(atMillis);
    }
  }

  void succeed(StepProgress step, Consumption used, long micros) {
    if (step.isWork()) {
      tokens.measured(step.reserved.promptChars(), used.promptTokens());
      ratePace.succeeded();
      widthPace.succeeded();
    }
    pay(step, used, micros);
  }

  void retry(StepProgress step, StepError error, Consumption used, long micros, long atMillis) {
    retries++;
    slow(error, atMillis);
    pay(step, used, micros);
  }

  void fail(StepProgress step, StepError error, Consumption used, long micros, long atMillis) {
    failures++;
    slow(error, atMillis);
    pay(step, used, micros);
  }

  private void pay(StepProgress step, Consumption used, long micros) {
    budgets.release(step.reserved.expense());
    step.reserved = Reservation.NONE;
    budgets.spend(new Expense(micros, used.tokens(), used.calls()));
    step.used = step.used.plus(used);
    step.micros += micros;
  }

  private void slow(StepError failure, long atMillis) {
    timeouts += failure.code() == StepError.Code.TIMEOUT ? 1 : 0;
    if (failure.code() == StepError.Code.RATE_LIMITED && policy.maxTasksPerSecond().isPresent()) {
      ratePace.refused(atMillis);
    } else if (failure.code().isOverload()) {
      widthPace.refused(atMillis);
    }
  }
}
