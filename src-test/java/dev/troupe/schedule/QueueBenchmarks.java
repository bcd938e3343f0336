package dev.troupe.schedule;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Runs the benchmarks of the queues and of dispatch. Takes JMH's own options, such as `-p waiting=1000`.
public final class QueueBenchmarks {

  private QueueBenchmarks() {}

  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions(args))
                .include(CallQueueBenchmark.class.getName())
                .include(HeldCallsBenchmark.class.getName())
                .build())
        .run();
  }
}
