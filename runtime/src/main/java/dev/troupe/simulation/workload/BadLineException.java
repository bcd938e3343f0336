package dev.troupe.simulation.workload;

/// A line of a trace that is not a program, with the reason. The reader adds the place.
final class BadLineException extends Exception {

  private final String reason;

  BadLineException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
