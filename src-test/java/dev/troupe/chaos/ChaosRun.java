package dev.troupe.chaos;

import com.typesafe.config.ConfigFactory;
import dev.troupe.chaos.TroupeCluster.Ground;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.TestPostgres;
import dev.troupe.program.ServiceModel;
import dev.troupe.program.ServiceSettings;
import dev.troupe.simulation.workload.ProgramTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Scenarios one after the other, those of one layout on one cluster.
final class ChaosRun {

  private static final int ENGINES = 6;
  private static final String LOOPBACK = "127.0.0.1";

  private final List<ProgramTrace> programs;
  private final Consumer<String> progress;
  private final Tolerance tolerance;
  private final Optional<String> earlierBuild;
  private final ServiceModel model =
      ServiceSettings.of(ClusterSettings.nodeConfig(ConfigFactory.parseString(Engines.prices())))
          .newModel();

  /// @param programs of the load
  /// @param progress takes a line for each step
  /// @param earlierBuild the class path of the nodes' first start, where that is to be of another build
  ChaosRun(
      List<ProgramTrace> programs,
      Consumer<String> progress,
      Tolerance tolerance,
      Optional<String> earlierBuild) {
    this.programs = programs;
    this.progress = progress;
    this.tolerance = tolerance;
    this.earlierBuild = earlierBuild;
  }

  /// Runs the scenarios. Those that need what the machine does not permit are left out, with a line
  /// that says why.
  List<ScenarioResult> run(List<Scenario> scenarios) throws InterruptedException, IOException {
    var results = new ArrayList<ScenarioResult>();
    var left = new ArrayList<>(scenarios);
    while (!left.isEmpty()) {
      var layout = left.getFirst().layout();
      var same = left.stream().filter(scenario -> scenario.layout().equals(layout)).toList();
      left.removeAll(same);
      var refusal = layout.isOnNetwork() ? NetworkLab.refusal() : Optional.<String>empty();
      if (refusal.isPresent()) {
        same.forEach(
            scenario -> progress.accept(scenario.name() + " is left out: " + refusal.get()));
      } else {
        results.addAll(run(layout, same));
      }
    }
    return results;
  }

  private List<ScenarioResult> run(Layout layout, List<Scenario> scenarios)
      throws InterruptedException, IOException {
    if (!layout.isOnNetwork()) {
      return run(
          layout, scenarios, LOOPBACK, NodeAddress.onLoopback(layout.nodes()), Optional.empty());
    }
    try (var network = NetworkLab.open(layout.nodes())) {
      return run(
          layout, scenarios, network.outsideHost(), network.addresses(), Optional.of(network));
    }
  }

  private List<ScenarioResult> run(
      Layout layout,
      List<Scenario> scenarios,
      String outsideHost,
      List<NodeAddress> addresses,
      Optional<NetworkLab> network)
      throws InterruptedException, IOException {
    var folder = Files.createTempDirectory("troupe-chaos");
    progress.accept(
        "starting " + layout.nodes() + " nodes and " + ENGINES + " engines; logs in " + folder);
    var results = new ArrayList<ScenarioResult>();
    try (var web = new Web();
        var database = TestPostgres.start(outsideHost);
        var engines = Engines.start(web, outsideHost, ENGINES);
        var cluster =
            TroupeCluster.start(
                layout,
                new Ground(folder, addresses, network, storage(database), earlierBuild),
                engines,
                web)) {
      for (var scenario : scenarios) {
        results.add(run(scenario, cluster, engines, web));
        if (!results.getLast().passed()) {
          progress.accept("  FAILED");
        }
      }
    } catch (IllegalStateException e) {
      // What could not start or went down; the scenarios that are left are without a cluster.
      scenarios.subList(results.size(), scenarios.size()).stream()
          .map(scenario -> ScenarioResult.brokenOff(scenario, String.valueOf(e.getMessage())))
          .forEach(results::add);
    }
    if (results.stream().allMatch(ScenarioResult::passed)) {
      delete(folder);
    }
    return results;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private ScenarioResult run(Scenario scenario, TroupeCluster cluster, Engines engines, Web web)
      throws InterruptedException {
    try {
      return new ScenarioRun(scenario, cluster, engines, web, model, tolerance, progress)
          .run(programs);
    } catch (IllegalStateException e) {
      return ScenarioResult.brokenOff(scenario, String.valueOf(e.getMessage()));
    }
  }

  private static String storage(TestPostgres database) {
    return "troupe.storage { url = \"%s\", user = \"%s\", password = \"%s\" }"
        .formatted(database.newDatabase(), TestPostgres.USER, TestPostgres.PASSWORD);
  }
}
