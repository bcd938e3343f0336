package dev.troupe.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What becomes of calls and programs when nodes are killed, paused, cut off and restarted under load.
@Command(
    name = "chaos",
    description =
        "Kills, pauses, cuts off and restarts nodes of a cluster under load, and checks that nothing is"
            + " lost. Exit code 1 when a check fails.",
    mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {

  @Option(names = "--short", description = "Three scenarios in under three minutes.")
  private boolean isShort;

  @Option(names = "--only", paramLabel = "SCENARIO", description = "This one alone.")
  private @Nullable String only;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Draws the programs and their order (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Recorded programs; without it, generated ones.")
  private @Nullable Path trace;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the results there.")
  private @Nullable Path json;

  @Spec private CommandSpec command = CommandSpec.create();

  private final long startNanos = System.nanoTime();

  public static void main(String[] args) {
    System.exit(new CommandLine(new ChaosCommand()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    var programs = ChaosWorkload.of(Optional.ofNullable(trace), seed);
    var results = new ChaosRun(programs, this::say, Tolerance.STRICT).run(chosen());
    System.out.print(ChaosReport.table(results));
    if (json != null) {
      Files.writeString(json, ChaosReport.json(results));
    }
    return results.stream().allMatch(ScenarioResult::passed) ? 0 : 1;
  }

  private List<Scenario> chosen() {
    if (only == null) {
      return isShort ? Scenario.brief() : Scenario.all();
    }
    var known = Stream.concat(Scenario.all().stream(), Scenario.brief().stream()).distinct();
    var byName = known.collect(Collectors.groupingBy(Scenario::name));
    var chosen = byName.get(only);
    if (chosen == null) {
      throw new ParameterException(
          command.commandLine(),
          "no scenario " + only + "; there are " + String.join(", ", byName.keySet()));
    }
    return chosen;
  }

  private void say(String line) {
    var elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    System.out.println(
        String.format(
            Locale.ROOT, "%3d:%02d  %s", elapsed.toMinutes(), elapsed.toSecondsPart(), line));
  }
}
