package dev.troupe.simulation;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What one simulation comes to, in numbers. Programs that were refused count in none of them.
///
/// @param programs that ran
/// @param calls of those programs
/// @param refused programs that no engine of the profile could hold
/// @param scaled programs among those that ran that were divided to fit
/// @param responseSeconds arrival to the end of the last call, per program; tool waits included
/// @param tokenLatencySeconds response time ÷ tokens generated, per program: the measure of Autellix
///     ([arXiv 2502.13965](https://arxiv.org/abs/2502.13965), section 6)
/// @param rates programs per time
/// @param cache what became of the prompts
/// @param preemptions calls that an engine put back for want of KV memory
/// @param fairness how evenly programs and tenants were served
/// @param waitingToService waiting time ÷ service, per program
/// @param effort what the simulation itself took
public record Metrics(
    int programs,
    int calls,
    int refused,
    int scaled,
    Distribution responseSeconds,
    Distribution tokenLatencySeconds,
    Rates rates,
    Cache cache,
    long preemptions,
    Fairness fairness,
    Distribution waitingToService,
    Effort effort) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MICRO = 1e3;

  /// Programs per time.
  ///
  /// @param makespanSeconds first arrival to last end
  /// @param servedPerSecond programs ÷ makespan
  /// @param offeredPerSecond programs that arrive per second: intervals between arrivals ÷ the time
  ///     from the first to the last; empty when all arrive at once
  public record Rates(
      double makespanSeconds, double servedPerSecond, OptionalDouble offeredPerSecond) {}

  /// What became of the prompts.
  ///
  /// @param promptTokens of all calls
  /// @param prefilledTokens those of them that no cache held
  /// @param reprefilledTokens computed though they had been in a cache for the same program: prompt
  ///     tokens that left it, or that lie on another engine, and what preempted calls computed again
  public record Cache(long promptTokens, long prefilledTokens, long reprefilledTokens) {

    /// Share of the prompts' tokens that a KV cache held, 0 to 1.
    public double hitRate() {
      return promptTokens == 0 ? 0 : 1 - (double) prefilledTokens / promptTokens;
    }

    /// Tokens computed again ÷ the prompts' tokens.
    public double reprefilledShare() {
      return promptTokens == 0 ? 0 : (double) reprefilledTokens / promptTokens;
    }
  }

  /// How even the service was, by the index of Jain, Chiu and Hawe
  /// ([arXiv cs/9809099](https://arxiv.org/abs/cs/9809099)): `(Σx)² ÷ (n Σx²)`, 1 when all are
  /// served alike, 1 ÷ n when one gets all.
  ///
  /// @param ofPrograms x is the service of a program ÷ its response time
  /// @param ofTenants x is the mean of that over a tenant's programs; empty with fewer than two
  ///     tenants
  public record Fairness(double ofPrograms, OptionalDouble ofTenants) {}

  /// What the simulation itself took, in wall time.
  ///
  /// @param decisionMicros per question to the control plane
  /// @param callsPerSecond simulated calls per second
  public record Effort(double decisionMicros, double callsPerSecond) {}

  /// O(n log n) in programs, plus their calls.
  ///
  /// @throws IllegalArgumentException when no program ran
  public static Metrics of(Outcome outcome) {
    var programs = outcome.programs();
    if (programs.isEmpty()) {
      throw new IllegalArgumentException("no program ran, so there is nothing to measure");
    }
    int calls = programs.stream().mapToInt(program -> program.calls().size()).sum();
    return new Metrics(
        programs.size(),
        calls,
        outcome.refused(),
        outcome.scaled(),
        distribution(programs, Metrics::responseSeconds),
        distribution(programs, Metrics::tokenLatencySeconds),
        rates(programs),
        cache(outcome),
        outcome.preemptions(),
        fairness(programs),
        distribution(programs, Metrics::waitingToService),
        effort(outcome, calls));
  }

  /// Arrival to the end of the last call.
  public static double responseSeconds(ProgramOutcome program) {
    return program.responseNanos() / NANOS_PER_SECOND;
  }

  /// Waiting ÷ service; a program that was charged nothing counts as charged one nanosecond.
  public static double waitingToService(ProgramOutcome program) {
    return (double) program.waitedNanos() / Math.max(1, program.serviceNanos());
  }

  private static double tokenLatencySeconds(ProgramOutcome program) {
    return responseSeconds(program) / Math.max(1, program.outputTokens());
  }

  private static double serviceToResponse(ProgramOutcome program) {
    return (double) program.serviceNanos() / Math.max(1, program.responseNanos());
  }

  private static Distribution distribution(
      List<ProgramOutcome> programs, ToDoubleFunction<ProgramOutcome> measure) {
    return Distribution.of(programs.stream().mapToDouble(measure).toArray());
  }

  private static Rates rates(List<ProgramOutcome> programs) {
    var arrivals = programs.stream().mapToLong(ProgramOutcome::arrivalNanos).summaryStatistics();
    long lastEnd = programs.stream().mapToLong(ProgramOutcome::endNanos).max().orElseThrow();
    double makespan = Math.max(1, lastEnd - arrivals.getMin()) / NANOS_PER_SECOND;
    long arriving = arrivals.getMax() - arrivals.getMin();
    var offered =
        arriving == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of((programs.size() - 1) / (arriving / NANOS_PER_SECOND));
    return new Rates(makespan, programs.size() / makespan, offered);
  }

  private static Cache cache(Outcome outcome) {
    var programs = outcome.programs();
    long prompt = programs.stream().mapToLong(ProgramOutcome::promptTokens).sum();
    long cached = programs.stream().mapToLong(ProgramOutcome::cachedTokens).sum();
    long lost = programs.stream().mapToLong(ProgramOutcome::reprefilledTokens).sum();
    return new Cache(prompt, prompt - cached, lost + outcome.recomputedTokens());
  }

  private static Fairness fairness(List<ProgramOutcome> programs) {
    var byTenant =
        programs.stream()
            .collect(
                Collectors.groupingBy(
                    ProgramOutcome::tenant, Collectors.averagingDouble(Metrics::serviceToResponse)))
            .values();
    return new Fairness(
        jain(programs.stream().map(Metrics::serviceToResponse).toList()),
        byTenant.size() < 2 ? OptionalDouble.empty() : OptionalDouble.of(jain(byTenant)));
  }

  private static double jain(Collection<Double> shares) {
    double sum = shares.stream().mapToDouble(share -> share).sum();
    double squares = shares.stream().mapToDouble(share -> share * share).sum();
    return squares == 0 ? 1 : sum * sum / (shares.size() * squares);
  }

  private static Effort effort(Outcome outcome, int calls) {
    double micros = outcome.decisionNanos() / NANOS_PER_MICRO;
    return new Effort(
        micros / Math.max(1, outcome.decisions()),
        calls / (Math.max(1, outcome.wallNanos()) / NANOS_PER_SECOND));
  }
}
