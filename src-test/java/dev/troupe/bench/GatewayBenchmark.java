package dev.troupe.bench;

import dev.troupe.bench.Target.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What the gateway costs: simulated engines asked directly, through a node of Troupe and through a
/// proxy that does nothing, each a process of its own, taking turns in one run.
///
/// Expected on two cores: `Goal`. The load generator shares the machine, so the processor time of
/// the gateway is the robust figure, and latencies under full load are upper bounds.
@Command(
    name = "bench gateway",
    description = "What the gateway costs, beside a direct connection and a bare proxy.",
    mixinStandardHelpOptions = true)
public final class GatewayBenchmark implements Callable<Integer> {

  @Option(names = "--json", description = "Prints the figures as JSON and nothing else.")
  private boolean json;

  @Option(names = "--short", description = "A quick look: shorter turns, one of each.")
  private boolean isShort;

  @Option(
      names = "--only",
      paramLabel = "PATTERN",
      defaultValue = "",
      description = "Only scenarios whose name has this in it.")
  private String only = "";

  @Option(
      names = "--paths",
      split = ",",
      defaultValue = "DIRECT,TROUPE,PROXY",
      description = "Ways to compare: ${COMPLETION-CANDIDATES}.")
  private Set<Path> paths = EnumSet.allOf(Path.class);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Turns of each way in each scenario (3, short: 1).")
  private int rounds;

  public static void main(String[] args) {
    System.exit(new CommandLine(new GatewayBenchmark()).execute(args));
  }

  @Override
  public Integer call() {
    var wanted = Pattern.compile(only);
    var comparisons = new ArrayList<Comparison>();
    try (var surroundings = new Surroundings(paths, Scenario.engines(), "");
        var generator = new LoadGenerator()) {
      var targets = surroundings.targets();
      say("warming up");
      for (int round = 0; round < (isShort ? 2 : 8); round++) {
        compare(generator, Scenario.WARM_UP, targets, 1);
      }
      for (var scenario : Scenario.all(isShort)) {
        if (wanted.matcher(scenario.name()).find()) {
          say(scenario.name());
          comparisons.add(compare(generator, scenario, targets, turns()));
        }
      }
    }
    print(comparisons);
    return 0;
  }

  private int turns() {
    return rounds > 0 ? rounds : isShort ? 1 : 3;
  }

  private static Comparison compare(
      LoadGenerator generator, Scenario scenario, List<Target> targets, int turns) {
    var measured = new LinkedHashMap<Path, Measurement>();
    for (int turn = 0; turn < turns; turn++) {
      for (var target : targets) {
        var process = target.process(scenario.body().model());
        long cpuNanos = process.cpuNanos();
        var measurement = generator.run(scenario.load(target));
        measurement.cost(process.cpuNanos() - cpuNanos, process.residentBytes());
        measured.computeIfAbsent(target.path(), _ -> new Measurement()).add(measurement);
      }
    }
    return new Comparison(scenario, measured);
  }

  private void print(List<Comparison> comparisons) {
    var goals = Goal.of(comparisons);
    if (json) {
      System.out.println(Report.json(comparisons, goals).toPrettyString());
    } else {
      System.out.println(Report.table(comparisons));
      goals.forEach(System.out::println);
    }
  }

  private static void say(String what) {
    System.err.println("bench: " + what);
  }
}
