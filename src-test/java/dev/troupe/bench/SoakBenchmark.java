package dev.troupe.bench;

import dev.troupe.bench.Surroundings.Engine;
import dev.troupe.bench.Target.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Whether a node stays as it is under hours of load: nothing may pile up. A node before simulated
/// engines, each a process of its own, has a mixed load and is looked at from outside; at the end it
/// is left alone, and must then hold what it held after its warm-up.
///
/// Expected: every [SoakVerdict] passes. Each look collects the node's garbage, so latencies are not
/// measured.
@Command(
    name = "bench soak",
    description = "Whether a node stays as it is under a long mixed load.",
    mixinStandardHelpOptions = true)
public final class SoakBenchmark implements Callable<Integer> {

  private static final Duration LONGEST_SETTLING = Duration.ofMinutes(3);

  /// Makes the node reach within minutes what else takes hours.
  private static final String SETTINGS =
      """
      troupe.program.passivate-after = 20s
      troupe.identity.max-remembered = 20000
      troupe.storage { retention = 5m, expiry-interval = 30s }
      """;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "60",
      description = "Length, after the warm-up (${DEFAULT-VALUE}). At least 8 tell something.")
  private int minutes;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "40",
      description = "Calls per second (${DEFAULT-VALUE}).")
  private double rate;

  @Spec private CommandSpec command = CommandSpec.create();

  public static void main(String[] args) {
    System.exit(new CommandLine(new SoakBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (minutes < 1 || !(rate > 0)) {
      throw new ParameterException(
          command.commandLine(), "--minutes must be at least 1, and --rate more than 0");
    }
    var length = Duration.ofMinutes(minutes);
    var pause =
        length.dividedBy(8).compareTo(Duration.ofMinutes(1)) < 0
            ? length.dividedBy(8)
            : Duration.ofMinutes(1);
    say(
        "%d minutes at %.0f calls/s; the node's configuration has%n%s"
            .formatted(minutes, rate, SETTINGS));
    try (var surroundings = new Surroundings(Set.of(Path.TROUPE), engines(), SETTINGS)) {
      var troupe = surroundings.target(Path.TROUPE);
      var direct = surroundings.target(Path.DIRECT);
      try (var watch =
          new SoakWatch(troupe.process(SoakCall.WIDE), List.copyOf(direct.urls().values()))) {
        say("warming up");
        new SoakLoad(troupe.url(SoakCall.WIDE), rate, 1).run(pause);
        var warm = settle(watch);
        say(SoakSample.HEADING + "     done  failed");
        say(warm.line(0));
        var load = new SoakLoad(troupe.url(SoakCall.WIDE), rate, 2);
        var loaded = soak(load, length, pause, watch);
        load.done().forEach((kind, calls) -> say(kind + ": " + calls));
        load.failures().forEach((what, times) -> say(times + " times " + what));
        var idle = settle(watch);
        say(idle.line(minutes));
        return judge(SoakVerdict.of(warm, loaded, idle, load.failed()));
      }
    }
  }

  /// Two engines share one model; the other's calls wait.
  private List<Engine> engines() {
    int slots = Math.max(4, (int) (rate * 0.4));
    int few = Math.max(1, (int) (rate / 20));
    return List.of(
        new Engine("wide-1", SoakCall.WIDE, slots, 20, 10_000, 400),
        new Engine("wide-2", SoakCall.WIDE, slots, 20, 10_000, 400),
        new Engine(SoakCall.NARROW, SoakCall.NARROW, few, 20, 20_000, 400));
  }

  private static List<SoakSample> soak(
      SoakLoad load, Duration length, Duration pause, SoakWatch watch) throws InterruptedException {
    var loaded = new ArrayList<SoakSample>();
    long startNanos = System.nanoTime();
    var done = CompletableFuture.runAsync(() -> load.run(length));
    for (long look = 1; look * pause.toNanos() <= length.toNanos(); look++) {
      // The last look is under load, too.
      long dueNanos = startNanos + look * pause.toNanos() - TimeUnit.SECONDS.toNanos(2);
      TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
      var sample = watch.look();
      loaded.add(sample);
      double minute = (System.nanoTime() - startNanos) / 60e9;
      say(sample.line(minute) + " %8d %7d".formatted(load.doneCalls(), load.failed()));
    }
    done.join();
    return loaded;
  }

  /// Waits until the node is idle and its programs have left memory.
  private static SoakSample settle(SoakWatch watch) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (true) {
      TimeUnit.SECONDS.sleep(10);
      var sample = watch.look();
      if (sample.isIdle() || System.nanoTime() - startNanos > LONGEST_SETTLING.toNanos()) {
        return sample;
      }
    }
  }

  private static int judge(List<SoakVerdict> verdicts) {
    verdicts.forEach(verdict -> say(verdict.toString()));
    boolean passed = verdicts.stream().allMatch(SoakVerdict::passed);
    say(passed ? "PASSED" : "FAILED");
    return passed ? 0 : 1;
  }

  private static void say(String what) {
    System.out.println(what);
  }
}
