package dev.troupe.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks again where there is no answer, as while whoever is asked moves to another node. For what may be asked
/// twice.
final class PersistentAsk {

  private static final Logger LOG = LoggerFactory.getLogger(PersistentAsk.class);

  private final int most;
  private final Executor later;
  private final BooleanSupplier isOver;

  /// @param most times that something is asked
  /// @param pause before it is asked again
  /// @param isOver whether nobody wants an answer any more
  PersistentAsk(int most, Duration pause, BooleanSupplier isOver) {
    this.most = most;
    this.later = CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS);
    this.isOver = isOver;
  }

  /// The first answer; fails like the last time that was asked.
  ///
  /// @param whom for the log
  <T> CompletionStage<T> of(String whom, Supplier<CompletionStage<T>> ask) {
    return of(whom, ask, 1);
  }

  private <T> CompletionStage<T> of(String whom, Supplier<CompletionStage<T>> ask, int time) {
    return ask.get()
        .exceptionallyCompose(failure -> {
          if (isOver.getAsBoolean()) {
            return CompletableFuture.failedStage(causeOf(failure));
          }
          if (time == most) {
            return CompletableFuture.failedStage(
                new IllegalStateException(
                    whom + " was asked " + most + " times in vain: " + causeOf(failure), failure));
          }
          LOG.warn(
              "{} does not answer, asked again ({} of {}): {}",
              whom,
              time,
              most,
              causeOf(failure).toString());
          return CompletableFuture.supplyAsync(() -> of(whom, ask, time + 1), later)
              .thenCompose(answer -> answer);
        });
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
