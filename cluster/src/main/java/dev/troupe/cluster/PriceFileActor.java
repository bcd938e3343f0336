package dev.troupe.cluster;

import dev.troupe.run.Prices;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Looks at intervals what models cost now, and has it known. What cannot be read changes nothing.
final class PriceFileActor {

  sealed interface Command {}

  private record Look() implements Command {}

  private record Found(Prices prices) implements Command {}

  private record Unreadable(String why) implements Command {}

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private PriceFileActor() {}

  /// @param read reads the file; may block
  /// @param current has no other writer
  static Behavior<Command> create(
      Callable<Prices> read, AtomicReference<Prices> current, StorageThreads threads) {
    return Behaviors.setup(context -> {
      context.setLoggerName(PriceFileActor.class);
      return Behaviors.withTimers(timers -> {
        timers.startTimerWithFixedDelay(new Look(), INTERVAL);
        return looking("", read, current, threads);
      });
    });
  }

  /// @param fault that was told last: each is told once
  private static Behavior<Command> looking(
      String fault,
      Callable<Prices> read,
      AtomicReference<Prices> current,
      StorageThreads threads) {
    return Behaviors.receive((context, command) ->
        switch (command) {
          case Look _ -> {
            context.pipeToSelf(
                threads.run(read),
                (prices, failure) ->
                    failure == null
                        ? new Found(prices)
                        : new Unreadable(String.valueOf(failure.getMessage())));
            yield Behaviors.same();
          }
          case Found(var prices) -> {
            if (!prices.equals(current.get())) {
              context.getLog().info("the prices of models have changed");
              current.set(prices);
            }
            yield looking("", read, current, threads);
          }
          case Unreadable(var why) -> {
            if (!why.equals(fault)) {
              context.getLog().warn("prices of models stay as they were: {}", why);
            }
            yield looking(why, read, current, threads);
          }
        });
  }
}
