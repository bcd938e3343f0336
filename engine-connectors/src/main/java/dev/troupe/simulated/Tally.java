package dev.troupe.simulated;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// Counts what happens on a simulated engine, and tells those who wait for a count. Confined to the
/// engine's event loop.
final class Tally {

  private static final int IDS_KEPT = 10_000;

  private final LinkedHashMap<String, Integer> executions = new LinkedHashMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private long accepted;
  private long started;
  private long finished;
  private long aborted;
  private long broken;
  private long promptTokens;
  private long cachedTokens;
  private long outputTokens;

  private record Watch(
      Predicate<SimulatedStats> condition, CompletableFuture<SimulatedStats> reached) {}

  void accepted() {
    accepted++;
  }

  void started(String id, int prompt, int cached) {
    started++;
    promptTokens += prompt;
    cachedTokens += cached;
    executions.merge(id, 1, Integer::sum);
    if (executions.size() > IDS_KEPT) {
      executions.pollFirstEntry();
    }
  }

  void finished(int output) {
    finished++;
    outputTokens += output;
  }

  void aborted() {
    aborted++;
  }

  void broken() {
    broken++;
  }

  void watch(Predicate<SimulatedStats> condition, CompletableFuture<SimulatedStats> reached) {
    watches.add(new Watch(condition, reached));
  }

  boolean isWatched() {
    return !watches.isEmpty();
  }

  void show(SimulatedStats stats) {
    watches.removeIf(watch -> watch.condition().test(stats) && watch.reached().complete(stats));
  }

  SimulatedStats stats(int running, int waiting, double kvCacheUse) {
    return new SimulatedStats(
        running,
        waiting,
        accepted,
        started,
        finished,
        aborted,
        broken,
        promptTokens,
        cachedTokens,
        outputTokens,
        kvCacheUse,
        executions);
  }
}
