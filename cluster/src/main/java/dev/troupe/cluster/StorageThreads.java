package dev.troupe.cluster;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/// The threads that may wait for the database.
final class StorageThreads {

  private final Executor threads;

  StorageThreads(Executor threads) {
    this.threads = threads;
  }

  /// Those of the configuration.
  static StorageThreads of(ActorSystem<?> system) {
    return new StorageThreads(
        system.dispatchers().lookup(DispatcherSelector.fromConfig(StorageSettings.DISPATCHER)));
  }

  /// Does some work on one of them.
  <T> CompletionStage<T> run(Callable<T> work) {
    var result = new CompletableFuture<T>();
    threads.execute(() -> {
      try {
        result.complete(work.call());
      } catch (Throwable failed) {
        result.completeExceptionally(failed);
      }
    });
    return result;
  }
}
