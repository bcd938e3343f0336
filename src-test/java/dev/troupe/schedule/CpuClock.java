package dev.troupe.schedule;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// CPU time of this thread for each operation of a benchmark: what counts on a machine that does other
/// work too, where JMH's score, which is wall time, counts the others as well.
final class CpuClock {

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long operations;
  private long beganNanos;

  void begin() {
    operations = 0;
    beganNanos = threads.getCurrentThreadCpuTime();
  }

  void count() {
    operations++;
  }

  void print() {
    long cpuNanos = threads.getCurrentThreadCpuTime() - beganNanos;
    System.out.print(cpuNanos / Math.max(1, operations) + " ns/op of CPU, ");
  }
}
