package dev.troupe.plan;

import java.lang.management.ManagementFactory;

/// What a thread has computed: unlike the time, no longer on a busy machine.
final class CpuTime {

  private CpuTime() {}

  /// Of the current thread, in nanoseconds.
  static long nanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
