package dev.troupe.simulation.physics;

/// Virtual time to the picosecond, so that many short steps add up without rounding. Mutable.
final class VirtualClock {

  private static final int PICOS_PER_NANO = 1_000;

  private long nanos;
  private int picos;

  /// The first whole nanosecond at which this time has come.
  long nanos() {
    return nanosAfter(0);
  }

  /// The first whole nanosecond at which this time and so much more has come.
  long nanosAfter(long morePicos) {
    return nanos + Math.ceilDiv(picos + morePicos, PICOS_PER_NANO);
  }

  void add(long morePicos) {
    long sum = picos + morePicos;
    nanos += sum / PICOS_PER_NANO;
    picos = (int) (sum % PICOS_PER_NANO);
  }

  void set(long nanos) {
    this.nanos = nanos;
    picos = 0;
  }
}
