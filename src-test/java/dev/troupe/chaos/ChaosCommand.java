package dev.troupe.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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

  @Option(
      names = "--only",
      paramLabel = "SCENARIO",
      completionCandidates = Names.class,
      description = "This one alone, of ${COMPLETION-CANDIDATES}.")
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

  @Option(
      names = "--upgrade-from",
      paramLabel = "DIR",
      description =
          "Rehearses a rolling upgrade, from what ./troupe package of an earlier build has made,"
              + " unpacked there, to this build.")
  private @Nullable Path earlier;

  @Spec private CommandSpec command = CommandSpec.create();

  /// What there is for `--only`.
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return byName().keySet().iterator();
    }
  }

  private final long startNanos = System.nanoTime();

  public static void main(String[] args) {
    System.exit(new CommandLine(new ChaosCommand()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    var programs = ChaosWorkload.of(Optional.ofNullable(trace), seed);
    var build = Optional.ofNullable(earlier).map(this::classPath);
    var results = new ChaosRun(programs, this::say, Tolerance.STRICT, build).run(chosen());
    System.out.print(ChaosReport.table(results));
    if (json != null) {
      Files.writeString(json, ChaosReport.json(results));
    }
    return results.stream().allMatch(ScenarioResult::passed) ? 0 : 1;
  }

  private List<Scenario> chosen() {
    if (earlier != null) {
      return List.of(Scenario.UPGRADE);
    }
    if (only == null) {
      return isShort ? Scenario.brief() : Scenario.all();
    }
    var chosen = byName().get(only);
    if (chosen == null) {
      throw refused("no scenario " + only + "; there are " + String.join(", ", new Names()));
    }
    return List.of(chosen);
  }

  private static Map<String, Scenario> byName() {
    var scenarios = new LinkedHashMap<String, Scenario>();
    Stream.concat(Scenario.all().stream(), Scenario.brief().stream())
        .forEach(scenario -> scenarios.put(scenario.name(), scenario));
    return scenarios;
  }

  private String classPath(Path folder) {
    var libraries = folder.resolve("lib");
    if (!Files.isRegularFile(libraries.resolve("classpath"))) {
      throw refused(
          "--upgrade-from: no lib/classpath in "
              + folder
              + "; unpack troupe.tar.gz of ./troupe package");
    }
    return libraries.toAbsolutePath() + "/*";
  }

  private ParameterException refused(String why) {
    return new ParameterException(command.commandLine(), why);
  }

  private void say(String line) {
    var elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    System.out.println(
        String.format(
            Locale.ROOT, "%3d:%02d  %s", elapsed.toMinutes(), elapsed.toSecondsPart(), line));
  }
}
