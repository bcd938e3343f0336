package dev.troupe.laboratory;

import static java.util.Comparator.comparingLong;

import dev.troupe.simulation.Setup;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs simulations on several threads and hands their results back in order.
///
/// They begin by their seeds, so that each contender has had a run before most of its others: in its first
/// runs a process takes several times as long for a decision as later, once its code is compiled.
///
/// @param threads how many runs at once
record Batch(Bench bench, Inputs inputs, int threads, Progress progress) {

  Batch {
    if (threads < 1) {
      throw new IllegalArgumentException("--threads: expected at least 1, not " + threads);
    }
  }

  /// Blocks until all have run.
  ///
  /// @return one result per setup, in the same order
  /// @throws IllegalArgumentException when the bench refuses one; the others are given up
  List<Result> run(List<Setup> setups) throws InterruptedException {
    var executor =
        Executors.newFixedThreadPool(
            Math.min(threads, setups.size()), Thread.ofPlatform().daemon().factory());
    try {
      var completions = new ExecutorCompletionService<Result>(executor);
      var begun = new HashMap<Setup, Future<Result>>();
      for (var setup : setups.stream().sorted(comparingLong(Setup::seed)).toList()) {
        begun.put(setup, completions.submit(() -> Result.of(bench.run(inputs, setup))));
      }
      progress.began(setups.size());
      for (int done = 1; done <= setups.size(); done++) {
        progress.ran(done, resultOf(completions.take()).setup());
      }
      progress.ended();
      return setups.stream().map(begun::get).map(Future::resultNow).toList();
    } finally {
      executor.shutdownNow();
    }
  }

  private static Result resultOf(Future<Result> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IllegalArgumentException refusal
          ? refusal
          : new IllegalStateException("a simulation failed: " + failed.getCause(), failed);
    }
  }
}
