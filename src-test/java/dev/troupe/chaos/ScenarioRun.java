package dev.troupe.chaos;

import dev.troupe.program.ServiceModel;
import dev.troupe.simulation.workload.ProgramTrace;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/// One scenario from its first call to its verdicts: a steady load, the blow, the load going on, and
/// what is left when it has ended.
final class ScenarioRun {

  /// Programs live at any time.
  private static final int LIVE = 80;

  /// Calls that are served before the blow, and again when the cluster is whole.
  private static final int CALLS = 240;

  private static final Duration SERVING_LIMIT = Duration.ofMinutes(2);

  /// A lost holder's lease may stay for `troupe.engine.lease-time`.
  private static final Duration SETTLING_LIMIT = Duration.ofSeconds(45);

  private static final Duration CHARGING_LIMIT = Duration.ofSeconds(15);

  private final Scenario scenario;
  private final TroupeCluster cluster;
  private final Engines engines;
  private final Web web;
  private final ServiceModel model;
  private final Tolerance tolerance;
  private final Consumer<String> progress;
  private final Journal journal = new Journal();

  ScenarioRun(
      Scenario scenario,
      TroupeCluster cluster,
      Engines engines,
      Web web,
      ServiceModel model,
      Tolerance tolerance,
      Consumer<String> progress) {
    this.scenario = scenario;
    this.cluster = cluster;
    this.engines = engines;
    this.web = web;
    this.model = model;
    this.tolerance = tolerance;
    this.progress = progress;
  }

  ScenarioResult run(List<ProgramTrace> programs) throws InterruptedException {
    progress.accept(scenario.name() + ": " + scenario.about());
    var gatewayNodes = cluster.layout().gateways();
    try (var gateways = new Gateways(web, cluster.addresses(), gatewayNodes);
        var connections = new IdleConnections()) {
      var load =
          new AgentLoad(scenario.name(), programs, new AgentClient(gateways, journal, connections));
      load.start(LIVE);
      Disturbance disturbance;
      try {
        awaitServed(CALLS);
        progress.accept("  " + journal.completed() + " calls served; striking");
        disturbance = scenario.disruption().strike(cluster);
        progress.accept("  " + disturbance.target() + ": the blow is over; the load goes on");
        awaitServed(journal.completed() + CALLS);
      } finally {
        // Calls to a cluster that did not recover may take until their deadline: then nobody waits
        // for them.
        load.stop();
      }
      load.awaitEnd();
      return judged(disturbance);
    }
  }

  private void awaitServed(int calls) {
    Patience.await(
        calls + " calls served, of which there are " + journal.completed(),
        SERVING_LIMIT,
        () -> journal.completed() >= calls);
  }

  private ScenarioResult judged(Disturbance disturbance) {
    progress.accept("  the load has ended; looking at what is left");
    Patience.holds(SETTLING_LIMIT, () -> leases() == 0 && engines.count().running() == 0);
    var attempts = journal.attempts();
    var bounds = ServiceAccount.of(attempts, disturbance, tolerance.lossWindow(), model);
    Patience.holds(
        CHARGING_LIMIT,
        () -> {
          var served = served(bounds.keySet());
          return bounds.entrySet().stream()
              .allMatch(
                  entry -> served.getOrDefault(entry.getKey(), 0L) >= entry.getValue().least());
        });
    var count = engines.count();
    var evidence =
        new Evidence(
            disturbance,
            attempts,
            count.executions(),
            served(bounds.keySet()),
            leases(),
            count.running());
    var verdicts = Checks.of(evidence, model, scenario.forbidsRefusals(), tolerance);
    return ScenarioResult.of(scenario, evidence, verdicts);
  }

  /// By the gateway that knows of most; one that does not answer counts as one lease.
  private int leases() {
    return cluster.layout().gateways().stream()
        .mapToInt(node -> (int) cluster.view().leases(node).orElse(1))
        .max()
        .orElse(0);
  }

  /// What programs were charged, asked of all gateways in turn.
  private Map<String, Long> served(Iterable<String> programs) {
    var gateways = cluster.layout().gateways();
    var sorted = new TreeSet<String>();
    programs.forEach(sorted::add);
    var served = new HashMap<String, Long>();
    int turn = 0;
    for (var program : sorted) {
      int gateway = gateways.get(turn++ % gateways.size());
      cluster.view().servedNanos(gateway, program).ifPresent(nanos -> served.put(program, nanos));
    }
    return served;
  }
}
