package dev.troupe.laboratory;

import dev.troupe.simulation.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs simulations on several threads and hands their results back in order.
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
      var futures = new ArrayList<Future<Result>>();
      for (var setup : setups) {
        futures.add(completions.submit(() -> Result.of(bench.run(inputs, setup))));
      }
      progress.began(setups.size());
      for (int done = 1; done <= setups.size(); done++) {
        progress.ran(done, resultOf(completions.take()).setup());
      }
      progress.ended();
      return futures.stream().map(Future::resultNow).toList();
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
