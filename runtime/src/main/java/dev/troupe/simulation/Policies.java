package dev.troupe.simulation;

import dev.troupe.schedule.Discipline;
import dev.troupe.schedule.PlacementRule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All policies that can be simulated: what ships, what people run today, and the literature.
public final class Policies {

  private static final String CLAIRVOYANT = "clairvoyant";
  private static final String KNOWN_LENGTHS = "known-lengths";
  private static final String GUESSED_LENGTHS = "guessed-lengths";

  private static final List<Policy> ALL =
      List.of(
          new Policy(
              "engine-fcfs",
              "No queue before the engines, which serve in order of arrival: today's practice",
              false,
              false,
              ordered(Discipline.FCFS)),
          shipped(Discipline.FCFS, "Arrival order, calls wait before the engines"),
          shipped(Discipline.MLFQ, "A call's own service (Autellix's second baseline)"),
          shipped(
              Discipline.LEAST_COST,
              "Least engine time of a program's calls as cached now, less their waiting; the default"),
          shipped(Discipline.PLAS, "Service of the whole program so far (Autellix, Eq. 1)"),
          shipped(
              Discipline.ATLAS, "Service on the longest path, parents declared (Autellix, Eq. 2)"),
          new Policy(
              "atlas-scalar",
              "Service on the longest path, one number a program (Autellix, section 4.2)",
              true,
              false,
              ordered(Discipline.ATLAS)),
          ranked(
              "program-fcfs",
              "Order of the programs' arrival",
              around -> new RankedConduct(Rankings.programArrival(around.programs()))),
          ranked(
              "las-decay",
              "Attained tokens with half-life, and waiting (llm-d, program-aware fairness)",
              _ -> new DecayingServiceConduct()),
          ranked(
              "vtc",
              "Virtual token counter of each tenant (Sheng et al., OSDI '24)",
              _ -> new TokenCounterConduct()),
          ranked(
              "continuum",
              "Program order, KV cache kept for a time over tool calls (Continuum)",
              RetentionConduct::new),
          new Policy(
              "thunder-agent",
              "Programs paused and restored by KV tokens, engines in order of arrival"
                  + " (ThunderAgent)",
              false,
              false,
              PausingConduct::new),
          ranked(
              "forecast",
              "Gittins rank, from what programs that began alike have needed",
              ForecastConduct::new),
          declaring(
              KNOWN_LENGTHS,
              "least-cost, and every program says how many calls it still makes: what knowing how"
                  + " programs end would gain",
              new Lengths(1, 0)),
          declaring(
              GUESSED_LENGTHS,
              "The same with numbers that are wrong by a factor of e, in the standard deviation",
              new Lengths(1, 1)),
          ranked(
              CLAIRVOYANT,
              "Shortest remaining work first, known in advance: what order alone can gain",
              around ->
                  new RankedConduct(warmth -> Rankings.remainingWork(around.programs(), warmth))));

  private Policies() {}

  public static List<String> names() {
    return ALL.stream().map(Policy::name).toList();
  }

  /// Those that look into the future: no policies, but bounds for the one that ships.
  public static List<String> bounds() {
    return List.of(CLAIRVOYANT, KNOWN_LENGTHS, GUESSED_LENGTHS);
  }

  /// One line on a policy.
  ///
  /// @throws IllegalArgumentException when there is none of that name
  public static String about(String name) {
    return named(name).about();
  }

  static Policy named(String name) {
    return ALL.stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no policy \"" + name + "\"; there are " + String.join(", ", names())));
  }

  public static List<String> placements() {
    return Arrays.stream(PlacementRule.values()).map(Policies::nameOf).toList();
  }

  static PlacementRule placementNamed(String name) {
    return Arrays.stream(PlacementRule.values())
        .filter(rule -> nameOf(rule).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no placement \""
                    + name
                    + "\"; there are "
                    + placements().stream().collect(Collectors.joining(", "))));
  }

  private static Policy shipped(Discipline discipline, String about) {
    return new Policy(nameOf(discipline), about, true, true, ordered(discipline));
  }

  private static Policy ranked(
      String name, String about, Function<Policy.Surroundings, Conduct> conduct) {
    return new Policy(name, about, true, true, conduct);
  }

  private static Policy declaring(String name, String about, Lengths lengths) {
    return new Policy(
        name, about, true, true, Optional.of(lengths), ordered(Discipline.LEAST_COST));
  }

  private static Function<Policy.Surroundings, Conduct> ordered(Discipline discipline) {
    return around -> around.settings().schedule().with(discipline)::newQueue;
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
