package dev.troupe.bench.scale;

import dev.troupe.bench.scale.NodeUnderLoad.Measured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Calls per second through the control plane alone: no HTTP, no storage, engines that answer at once.
/// One node, then two in a cluster with as many callers, on the same cores. What is measured while the
/// JVMs still compile is shown, and left out of the result.
///
/// Expected: two nodes carry 10,000 calls/s on two cores. They cost more processor time a call than
/// one, since half of the messages go from one to the other.
@Command(
    name = "calls",
    description = "Calls per second through the control plane of one node and of two.",
    mixinStandardHelpOptions = true)
final class CallsBenchmark implements Callable<Integer> {

  private static final double WANTED = 10_000;
  private static final int ENGINES = 8;

  @Option(
      names = "--cores",
      defaultValue = "0,1",
      description = "Processors for all nodes together (${DEFAULT-VALUE}); \"\" for all.")
  private String cores = "";

  @Option(
      names = "--callers",
      defaultValue = "256",
      description = "Programs that call at a time (${DEFAULT-VALUE}).")
  private int callers;

  @Option(
      names = "--models",
      defaultValue = "4",
      description = "Models, each with a scheduler of its own (${DEFAULT-VALUE}).")
  private int models;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Length of a measurement (${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "120",
      description =
          "Seconds before the first measurement: two nodes on two busy processors compile for two"
              + " minutes (${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Measurements of each; medians are shown (${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() throws InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%d callers, %d calls a program, %d models, %d engines of %d slots, processors %s%n",
        callers,
        Callers.TURNS,
        models,
        ENGINES,
        InstantEngines.SLOTS,
        cores.isBlank() ? "all" : cores);
    var alone = measure(1);
    var together = measure(2);
    print("one node", alone);
    print("two nodes", together);
    double reached = median(together, Measured::callsPerSecond);
    System.out.printf(
        Locale.ROOT,
        "two nodes carry %.2f of what one does; wanted: %.0f calls/s: %s%n",
        reached / median(alone, Measured::callsPerSecond),
        WANTED,
        reached >= WANTED ? "reached" : "MISSED");
    return 0;
  }

  private List<Measured> measure(int count) throws InterruptedException {
    var nodes = new ArrayList<NodeUnderLoad>();
    try {
      for (int node = 0; node < count; node++) {
        var arguments =
            new ArrayList<>(
                List.of("n" + node, Integer.toString(models), Integer.toString(ENGINES / count)));
        if (node > 0) {
          arguments.add(nodes.getFirst().address());
        }
        nodes.add(NodeUnderLoad.start(cores, arguments));
      }
      nodes.forEach(node -> node.load(callers / count));
      for (int passed = 0; passed < warmUp; passed += seconds) {
        print("  warming up", List.of(combined(nodes, seconds)));
      }
      var measured = new ArrayList<Measured>();
      for (int round = 0; round < rounds; round++) {
        measured.add(combined(nodes, seconds));
      }
      return measured;
    } finally {
      nodes.forEach(NodeUnderLoad::close);
    }
  }

  private static Measured combined(List<NodeUnderLoad> nodes, int seconds) {
    nodes.forEach(node -> node.measure(seconds));
    var each = nodes.stream().map(NodeUnderLoad::measured).toList();
    return new Measured(
        each.stream().mapToDouble(Measured::callsPerSecond).sum(),
        each.stream().mapToLong(Measured::medianMicros).max().orElse(0),
        each.stream().mapToLong(Measured::p99Micros).max().orElse(0),
        each.stream().mapToLong(Measured::failures).sum(),
        each.stream().mapToDouble(Measured::processors).sum());
  }

  private static void print(String name, List<Measured> rounds) {
    System.out.printf(
        Locale.ROOT,
        "%-12s %8.0f calls/s   p50 %6.2f ms   p99 %7.2f ms   %.2f processors in use, %.0f us a call  "
            + " %d failed%n",
        name,
        median(rounds, Measured::callsPerSecond),
        median(rounds, measured -> (double) measured.medianMicros()) / 1000,
        median(rounds, measured -> (double) measured.p99Micros()) / 1000,
        median(rounds, Measured::processors),
        median(rounds, Measured::cpuMicrosPerCall),
        rounds.getLast().failures());
  }

  private static double median(List<Measured> rounds, ToDoubleFunction<Measured> value) {
    var sorted =
        rounds.stream().mapToDouble(value).boxed().sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }
}
