package dev.troupe.schedule;

import dev.troupe.program.Call;

/// A waiting call in a [LeastCostQueue], with what it costs as far as is known. Ordered by arrival, then by
/// id. Mutable, confined.
final class CostedCall implements Comparable<CostedCall> {

  private final Waiting waiting;
  private final WaitingProgram program;
  // A field of its own: ordering reads little else.
  private final long arrivalNanos;
  private double costNanos;
  private long lookedAt;

  CostedCall(Waiting waiting, WaitingProgram program, double costNanos) {
    this.waiting = waiting;
    this.program = program;
    this.arrivalNanos = waiting.arrivalNanos();
    this.costNanos = costNanos;
  }

  Waiting waiting() {
    return waiting;
  }

  Call.Id id() {
    return waiting.call().id();
  }

  WaitingProgram program() {
    return program;
  }

  long arrivalNanos() {
    return arrivalNanos;
  }

  int stage() {
    return waiting.priority().stage();
  }

  double costNanos() {
    return costNanos;
  }

  void costs(double nanos) {
    costNanos = nanos;
  }

  /// The question in which it was looked at last.
  long lookedAt() {
    return lookedAt;
  }

  void lookedAt(long question) {
    lookedAt = question;
  }

  @Override
  public int compareTo(CostedCall other) {
    int byArrival = Long.compare(arrivalNanos, other.arrivalNanos);
    return byArrival != 0 ? byArrival : id().value().compareTo(other.id().value());
  }
}
