package dev.troupe.laboratory;

import dev.troupe.simulation.Setup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// Every contender at every load, several times over.
///
/// @param seeds one run each; 0 leaves arrivals as recorded
record Experiment(
    Inputs inputs, Fleet fleet, List<Contender> contenders, Loads loads, List<Long> seeds) {

  /// Today's practice: calls go to their engines at once, which serve them as they come.
  static final String TODAY = "engine-fcfs";

  /// The default of a node.
  static final String SHIPPED = "least-cost";

  Experiment {
    contenders = distinct(contenders);
    seeds = distinct(seeds);
    if (contenders.isEmpty() || loads.values().isEmpty() || seeds.isEmpty()) {
      throw new IllegalArgumentException("nothing to simulate: give a policy, placement and load");
    }
  }

  private static <T> List<T> distinct(List<T> values) {
    return values.stream().distinct().toList();
  }

  /// All runs, in the order in which they are reported.
  List<Setup> setups() {
    return contenders.stream()
        .flatMap(
            contender -> loads.values().stream().flatMap(load -> runs(contender, load).stream()))
        .toList();
  }

  /// One run of each seed.
  List<Setup> runs(Contender contender, double load) {
    return seeds.stream()
        .map(seed ->
            new Setup(
                contender.policy(),
                contender.placement(),
                load,
                fleet.engines(),
                fleet.profile(),
                seed,
                inputs.lengths()))
        .toList();
  }

  /// What is simulated, in one sentence.
  ///
  /// @param settings which settings the control plane has, in words
  /// @param offered which loads, in words
  String simulated(String settings, String offered) {
    return "Simulated: "
        + inputs
        + ", on "
        + fleet.engines()
        + (fleet.engines() == 1 ? " engine " : " engines ")
        + "of profile "
        + fleet.profile()
        + "; "
        + contended()
        + "; settings: "
        + settings
        + "; "
        + offered
        + "; "
        + drawn()
        + ".";
  }

  /// Policies by the placement they have.
  private String contended() {
    var byPlacement = new LinkedHashMap<String, List<String>>();
    for (var contender : contenders) {
      byPlacement
          .computeIfAbsent(contender.placement(), _ -> new ArrayList<>())
          .add(contender.policy());
    }
    return byPlacement.entrySet().stream()
        .map(group -> String.join(", ", group.getValue()) + " with placement by " + group.getKey())
        .collect(Collectors.joining("; "));
  }

  private String drawn() {
    return seeds.equals(List.of(0L))
        ? "arrivals as recorded"
        : "arrivals drawn " + (seeds.size() == 1 ? "once" : seeds.size() + " times");
  }
}
