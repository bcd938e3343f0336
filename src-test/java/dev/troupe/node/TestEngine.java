package dev.troupe.node;

import dev.troupe.simulated.Fault;
import dev.troupe.simulated.SimulatedEngine;
import dev.troupe.simulated.SimulatedStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A simulated engine in this JVM. It serves one model, of its own name unless another is given.
///
/// @param slots calls it runs at once
record TestEngine(String name, int slots, SimulatedEngine simulated) implements AutoCloseable {

  /// @param flags of the simulated engine
  static TestEngine start(String name, String model, int slots, String... flags) {
    var all = new ArrayList<>(List.of("--port=0", "--models=" + model, "--slots=" + slots));
    all.addAll(List.of(flags));
    return new TestEngine(name, slots, SimulatedEngine.start(all.toArray(String[]::new)));
  }

  /// Its entry in a node's configuration.
  String entry() {
    return entry(name, simulated.url().toString(), slots);
  }

  static String entry(String name, String url, int slots) {
    return "{ name = %s, dialect = vllm, url = \"%s\", slots = %d }".formatted(name, url, slots);
  }

  SimulatedStats stats() {
    return simulated.stats();
  }

  /// Its state as soon as that meets the condition.
  CompletableFuture<SimulatedStats> when(Predicate<SimulatedStats> condition) {
    return simulated
        .when(condition)
        .toCompletableFuture()
        .orTimeout(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /// Waits until so many calls run.
  void awaitRunning(int calls) {
    when(stats -> stats.running() == calls).join();
  }

  void inject(Fault fault, int times) {
    simulated.inject(fault, times);
  }

  /// Times a call of that name was started here.
  static int starts(SimulatedStats stats, String call) {
    return stats.executions().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(call + "@"))
        .mapToInt(entry -> entry.getValue())
        .sum();
  }

  @Override
  public void close() {
    simulated.close();
  }
}
