package dev.troupe.bench.scale;

import dev.troupe.process.JavaProcess;
import dev.troupe.process.JavaProcess.Launch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A [ControlPlaneNode] as its parent sees it.
final class NodeUnderLoad implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /// @param callsPerSecond ended in the time
  /// @param medianMicros from making a call to its end
  /// @param processors in use, on average
  record Measured(
      double callsPerSecond, long medianMicros, long p99Micros, long failures, double processors) {

    double cpuMicrosPerCall() {
      return processors * 1e6 / callsPerSecond;
    }
  }

  private final JavaProcess process;
  private final PrintWriter commands;
  private final BlockingQueue<Measured> results;
  private final String address;

  private NodeUnderLoad(JavaProcess process, BlockingQueue<Measured> results, String address) {
    this.process = process;
    this.commands =
        new PrintWriter(process.process().getOutputStream(), true, StandardCharsets.UTF_8);
    this.results = results;
    this.address = address;
  }

  /// Starts a node and waits until it is up.
  ///
  /// @param cores the processors that it may use, as `taskset` takes them; blank for all
  static NodeUnderLoad start(String cores, List<String> arguments) {
    var results = new LinkedBlockingQueue<Measured>();
    var prefix = cores.isBlank() ? List.<String>of() : List.of("taskset", "-c", cores);
    var options = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseParallelGC"));
    var process =
        JavaProcess.start(
            new Launch(
                prefix,
                options,
                ControlPlaneNode.class.getName(),
                arguments,
                Launch.wholeClassPath()),
            ProcessBuilder.Redirect.INHERIT,
            line -> hear(line, results));
    var ready = process.awaitReady(START_LIMIT).getFirst();
    return new NodeUnderLoad(process, results, ready.getHost() + ":" + ready.getPort());
  }

  String address() {
    return address;
  }

  void load(int callers) {
    commands.println("load " + callers);
  }

  void measure(int seconds) {
    commands.println("measure " + seconds);
  }

  /// What was measured last, as soon as that is over.
  Measured measured() {
    try {
      var measured = results.poll(5, TimeUnit.MINUTES);
      if (measured == null) {
        throw new UncheckedIOException(new IOException("a node does not answer"));
      }
      return measured;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void hear(String line, BlockingQueue<Measured> results) {
    var words = line.split(" ");
    if (words[0].equals(ControlPlaneNode.RESULT)) {
      results.add(
          new Measured(
              Double.parseDouble(words[1]),
              Long.parseLong(words[2]),
              Long.parseLong(words[3]),
              Long.parseLong(words[4]),
              Double.parseDouble(words[5])));
    }
  }

  @Override
  public void close() {
    process.end(Duration.ofSeconds(10));
  }
}
