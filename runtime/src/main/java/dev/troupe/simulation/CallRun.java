package dev.troupe.simulation;

import dev.troupe.engine.Lease;
import dev.troupe.program.Call;
import dev.troupe.simulation.workload.CallTrace;
import java.util.Optional;

/// One call under way in a simulation: its trace, and when what happened. Confined.
final class CallRun {

  private final ProgramRun program;
  private final int position;
  private final CallTrace trace;
  private final Call call;
  private final long readyNanos;
  private Optional<Lease> lease = Optional.empty();
  private int engine = -1;
  private long sentNanos;
  private long beganNanos;
  private long endNanos;
  private int cachedTokens;
  private int reprefilledTokens;

  CallRun(ProgramRun program, int position, Call call, long readyNanos) {
    this.program = program;
    this.position = position;
    this.trace = program.trace().calls().get(position);
    this.call = call;
    this.readyNanos = readyNanos;
  }

  void sent(Lease lease, int engine, long nowNanos) {
    this.lease = Optional.of(lease);
    this.engine = engine;
    this.sentNanos = nowNanos;
  }

  void began(int cachedTokens, long nowNanos) {
    this.cachedTokens = cachedTokens;
    reprefilledTokens = Math.max(0, program.knownTokens(trace) - cachedTokens);
    beganNanos = nowNanos;
  }

  void ended(long nowNanos) {
    this.endNanos = nowNanos;
  }

  ProgramRun program() {
    return program;
  }

  int position() {
    return position;
  }

  CallTrace trace() {
    return trace;
  }

  Call call() {
    return call;
  }

  Lease lease() {
    return lease.orElseThrow();
  }

  int engine() {
    return engine;
  }

  long sentNanos() {
    return sentNanos;
  }

  long readyNanos() {
    return readyNanos;
  }

  int cachedTokens() {
    return cachedTokens;
  }

  ProgramOutcome.CallOutcome outcome() {
    return new ProgramOutcome.CallOutcome(
        trace.parents(),
        readyNanos,
        sentNanos,
        beganNanos,
        endNanos,
        engine,
        trace.promptTokens(),
        cachedTokens,
        reprefilledTokens,
        trace.outputTokens());
  }

  /// Time until its engine began with it, wherever it waited.
  long waitedNanos() {
    return beganNanos - readyNanos;
  }
}
