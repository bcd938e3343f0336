package dev.troupe.laboratory;

import dev.troupe.laboratory.Inputs.Half;
import dev.troupe.laboratory.Inputs.Oversize;
import dev.troupe.laboratory.Inputs.Source;
import dev.troupe.simulation.Lengths;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say what is simulated, but for the load.
final class ExperimentOptions {

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Recorded programs, the recording of a node, or spans of OpenTelemetry in OTLP JSON; gzip or"
              + " not.")
  private @Nullable Path trace;

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description = "Generated programs; 'simulate list' names the generators.")
  private @Nullable String workload;

  @Option(
      names = "--programs",
      paramLabel = "N",
      description = "At most so many programs of a trace; so many of a generator.")
  private @Nullable Integer programs;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      split = ",",
      description = "One or more, by comma. Default: the one that is set; for comparisons, all.")
  private List<String> policies = List.of();

  @Option(
      names = "--placement",
      paramLabel = "NAME",
      split = ",",
      description = "One or more, by comma. Default: each policy's own.")
  private List<String> placements = List.of();

  @Option(
      names = "--engines",
      paramLabel = "NxPROFILE",
      description = "How many of which. Default: four of the first profile in 'simulate list'.")
  private @Nullable String engines;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often arrivals are drawn; 0: as recorded. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--tool-waits",
      paramLabel = "RULE",
      defaultValue = "recorded",
      description =
          "Pauses of a program between calls: recorded, none, cap=60s, or drawn=NAME from published"
              + " times of a software-agent, web-search or wikipedia. Default: ${DEFAULT-VALUE}.")
  private String toolWaits = "recorded";

  @Option(
      names = "--oversize",
      paramLabel = "RULE",
      defaultValue = "refuse",
      description =
          "Programs with a call too large for an engine: refuse, scale. Default:"
              + " ${DEFAULT-VALUE}.")
  private Oversize oversize = Oversize.REFUSE;

  @Option(
      names = "--split",
      paramLabel = "HALF",
      defaultValue = "all",
      description = "Which programs: all, fit or report. Default: ${DEFAULT-VALUE}.")
  private Half half = Half.ALL;

  @Option(
      names = "--declared",
      paramLabel = "SHARE[,ERROR]",
      defaultValue = "0",
      description =
          "Share of the programs, 0 to 1, that say how many calls they still make, and how wrong they"
              + " are: the standard deviation of the number's logarithm. Default: ${DEFAULT-VALUE},"
              + " and no error.")
  private String declared = "0";

  @Mixin private ConfigOption config = new ConfigOption();

  /// The bench, with the user's settings where there are some.
  Bench configured(Bench bench) {
    return config.configured(bench);
  }

  boolean namesContenders() {
    return !policies.isEmpty() || !placements.isEmpty();
  }

  /// The policies named, or those that stand in for none.
  List<String> policiesOr(List<String> otherwise) {
    return policies.isEmpty() ? otherwise : policies;
  }

  /// @throws IllegalArgumentException when an option or name makes no sense
  ///
  /// @param loads of how fast programs came and can come
  Experiment experiment(Bench bench, List<String> policies, Function<Rates, Loads> loads) {
    if (seeds < 0) {
      throw new IllegalArgumentException("--seeds: expected 0 or more, not " + seeds);
    }
    var inputs = inputs(bench);
    var fleet = fleet(bench);
    var contenders = contenders(bench, policies);
    return new Experiment(
        inputs,
        fleet,
        contenders,
        loads.apply(rates(bench, inputs, fleet)),
        seeds == 0 ? List.of(0L) : LongStream.rangeClosed(1, seeds).boxed().toList());
  }

  private static Rates rates(Bench bench, Inputs inputs, Fleet fleet) {
    return new Rates() {
      @Override
      public double capacity() {
        return bench.capacity(inputs, fleet.profile(), fleet.engines());
      }

      @Override
      public Census census() {
        return bench.census(inputs, fleet.profile());
      }
    };
  }

  private Fleet fleet(Bench bench) {
    if (engines == null) {
      return new Fleet(4, bench.profiles().getFirst().name());
    }
    var fleet = Fleet.of(engines);
    Choice.require("--engines", "profile of engines", fleet.profile(), bench.profiles());
    return fleet;
  }

  /// Each policy with all placements named, or with its own.
  private List<Contender> contenders(Bench bench, List<String> policies) {
    policies.forEach(name -> Choice.require("--policy", "policy", name, bench.contenders()));
    placements.forEach(
        name -> Choice.require("--placement", "placement", name, bench.placements()));
    return policies.stream()
        .flatMap(policy ->
            (placements.isEmpty() ? List.of(bench.usualPlacement(policy)) : placements)
                .stream().map(placement -> new Contender(policy, placement)))
        .toList();
  }

  private Inputs inputs(Bench bench) {
    var limit = programs == null ? OptionalInt.empty() : OptionalInt.of(programs);
    return new Inputs(source(bench), limit, toolWaits, oversize, half, lengths());
  }

  /// Whether programs say how long they are.
  boolean declaresLengths() {
    return lengths().areSaid();
  }

  private Lengths lengths() {
    var parts = declared.split(",", -1);
    try {
      if (parts.length > 2) {
        throw new IllegalArgumentException("expected SHARE or SHARE,ERROR");
      }
      return new Lengths(
          Double.parseDouble(parts[0]), parts.length == 2 ? Double.parseDouble(parts[1]) : 0);
    } catch (IllegalArgumentException wrong) {
      var reason =
          wrong instanceof NumberFormatException
              ? "expected numbers: SHARE or SHARE,ERROR"
              : wrong.getMessage();
      throw new IllegalArgumentException("--declared " + declared + ": " + reason, wrong);
    }
  }

  private Source source(Bench bench) {
    if (trace != null && workload == null) {
      return new Source.Trace(trace);
    }
    if (workload != null && trace == null) {
      Choice.require("--workload", "workload", workload, bench.generators());
      return new Source.Generated(workload);
    }
    throw new IllegalArgumentException(
        "give either --trace FILE or --workload NAME; './troupe simulate list' shows the names");
  }
}
