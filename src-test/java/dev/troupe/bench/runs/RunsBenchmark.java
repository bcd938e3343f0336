package dev.troupe.bench.runs;

import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.run.RunRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What lies between the end of a step and the start of the one that waits for it, in one node: in memory, and
/// with every event on the disk before anything follows from it. Beside it the same shapes in LangGraph, on the
/// same machine, one after the other.
///
/// Steps do nothing but note the time: ours are functions of an application in the node's JVM, LangGraph's are
/// Python functions. In a wide fan, what lies before a step is the start of all those beside it too: there the
/// time of the whole run says more.
///
/// Expected: in memory a median of at most 0.5 ms and a p99 of at most 3 ms, from 10 to 10,000 steps; on the
/// disk a median of at most 5 ms, where a write to it takes no more than two. 10,000 runs of ten steps at a time
/// take a heap of at most 1.5 GiB.
@Command(
    name = "bench runs",
    description = "What lies between the steps of a run, beside LangGraph.",
    mixinStandardHelpOptions = true)
public final class RunsBenchmark implements Callable<Integer> {

  private static final double MEMORY_MEDIAN = 0.5;
  private static final double MEMORY_P99 = 3;
  private static final double DISK_MEDIAN = 5;

  private static final int RUNS = 10_000;
  private static final long RUNS_HEAP_MIB = 1_536;

  /// Steps to be seen of each shape, in as many runs as that takes.
  private static final int SEEN = 3_000;

  private static final int WARM_UP = 30;

  /// What a node has room for, as it is configured.
  private static final int RESIDENT_STEPS = 500_000;

  /// Steps of a run that LangGraph does once.
  private static final int MANY = 1_000;

  private static final List<Shape> SHAPES =
      List.of(
          Shape.chain("three in sequence", 3),
          Shape.fan("five, then a join", 5),
          Shape.chain("1,000 in sequence", 1_000),
          Shape.fan("10,000 side by side", 10_000));

  private static final List<Shape> SERIES =
      List.of(
          Shape.chain("10 in sequence", 10),
          Shape.chain("100 in sequence", 100),
          Shape.chain("1,000 in sequence", 1_000),
          Shape.chain("10,000 in sequence", 10_000));

  @Option(
      names = "--langgraph",
      paramLabel = "FOLDER",
      description = "Where LangGraph is installed, with pip (${DEFAULT-VALUE}).")
  private Path langGraph = Path.of(System.getProperty("user.home"), ".troupe", "bench-langgraph");

  @Option(names = "--many", description = "Nothing but many runs at a time.")
  private boolean isManyAlone;

  @Option(names = "--alone", description = "Without LangGraph.")
  private boolean isAlone;

  @Option(
      names = "--limit",
      defaultValue = "180",
      description = "Seconds that LangGraph has for all runs of one shape (${DEFAULT-VALUE}).")
  private int limitSeconds;

  private final List<String> missed = new ArrayList<>();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RunsBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<LangGraph> other =
        isAlone || isManyAlone
            ? Optional.empty()
            : Optional.of(LangGraph.installed(langGraph, Duration.ofSeconds(limitSeconds)));
    System.out.printf(
        Locale.ROOT,
        "%d processors, Java %s; beside it %s%n"
            + "ms from the end of a step to the start of the next, and of the whole run%n%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        other.map(LangGraph::version).orElse("nothing"));
    var folder = Files.createTempDirectory("troupe-runs");
    print("a hand-over between threads", Machine.handOver());
    print("4 kB onto the disk", Machine.write(folder));
    System.out.println();
    try (var node = RunNode.start(folder)) {
      if (!isManyAlone) {
        shapes(node, other);
      }
      many(node, Durability.NONE, RUNS, 10);
      many(node, Durability.SYNC, RUNS, 10);
      var full = many(node, Durability.NONE, RESIDENT_STEPS / MANY, MANY);
      if (!full.refusal().equals(Optional.of(RunRefusal.Code.GRAPH_FULL))) {
        missed.add("a run more than a node has room for is refused");
      }
    } finally {
      delete(folder);
    }
    System.out.println();
    System.out.println(missed.isEmpty() ? "all targets are met" : "missed: " + missed);
    return missed.isEmpty() ? 0 : 1;
  }

  private void shapes(RunNode node, Optional<LangGraph> other)
      throws IOException, InterruptedException {
    // What is compiled meanwhile is compiled for all shapes.
    node.measure(Shape.chain("warm-up", 1_000), Durability.NONE, WARM_UP, 1);
    node.measure(Shape.chain("warm-up", 100), Durability.SYNC, WARM_UP, 1);
    for (var durability : List.of(Durability.NONE, Durability.SYNC)) {
      System.out.println(durability == Durability.NONE ? "in memory" : "each event on the disk");
      System.out.printf(
          "  %-20s %8s %8s %10s   %8s %8s %10s   %s%n",
          "", "median", "p99", "whole", "LangGr.", "p99", "whole", "ratio of medians, wholes");
      for (var shape : SHAPES) {
        compare(node, other, shape, durability);
      }
      System.out.println();
    }
    System.out.println("in memory, by size");
    for (var shape : SERIES) {
      compare(node, other, shape, Durability.NONE);
    }
    System.out.println();
  }

  private void compare(RunNode node, Optional<LangGraph> other, Shape shape, Durability durability)
      throws IOException, InterruptedException {
    int rounds = Math.max(3, SEEN / shape.steps());
    var ours = node.measure(shape, durability, rounds, rounds);
    check(shape, durability, ours);
    var theirs =
        other.isEmpty()
            ? Optional.<Overhead>empty()
            : shape.steps() < MANY
                ? other.get().measure(shape, durability, 1, Math.min(rounds, 100))
                : other.get().measure(shape, durability, 0, 1);
    System.out.printf(
        Locale.ROOT,
        "  %-20s %8.3f %8.3f %10.1f   %s%n",
        shape.name(),
        ours.median(),
        ours.p99(),
        ours.whole(),
        theirs
            .map(them ->
                String.format(
                    Locale.ROOT,
                    "%8.3f %8.3f %10.1f   %.1f, %.1f",
                    them.median(),
                    them.p99(),
                    them.whole(),
                    them.median() / ours.median(),
                    them.whole() / ours.whole()))
            .orElseGet(() -> isAlone ? "" : "not within " + limitSeconds + " s"));
  }

  private ManyRuns.Result many(RunNode node, Durability durability, int runs, int steps)
      throws InterruptedException {
    var result = node.many(durability, runs, steps);
    var kept = durability == Durability.NONE ? "in memory" : "on the disk";
    System.out.printf(
        Locale.ROOT,
        "%,d runs of %,d steps at a time, %s: a heap of %d MiB, %.1f s; a run more is %s%n",
        result.runs(),
        result.steps(),
        kept,
        result.heapMib(),
        result.seconds(),
        result.refusal().map(why -> "refused: " + why.word()).orElse("taken"));
    if (result.heapMib() > RUNS_HEAP_MIB) {
      missed.add("many runs " + kept);
    }
    return result;
  }

  private static void print(String what, Overhead overhead) {
    System.out.printf(
        Locale.ROOT, "%-28s median %.3f, p99 %.3f%n", what, overhead.median(), overhead.p99());
  }

  /// A fan is no measure of what lies between two steps.
  private void check(Shape shape, Durability durability, Overhead ours) {
    if (shape.size() > MANY && shape.kind().equals(Shape.FAN)) {
      return;
    }
    boolean isMet =
        durability == Durability.NONE
            ? ours.median() <= MEMORY_MEDIAN && ours.p99() <= MEMORY_P99
            : ours.median() <= DISK_MEDIAN;
    if (!isMet) {
      missed.add(shape.name() + (durability == Durability.NONE ? " in memory" : " on the disk"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
