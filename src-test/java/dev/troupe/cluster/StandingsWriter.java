package dev.troupe.cluster;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A process that saves a growing program until it is killed, and says what it has saved.
final class StandingsWriter {

  private StandingsWriter() {}

  public static void main(String[] args) {
    var config =
        ConfigFactory.parseString("troupe.storage.directory = \"" + args[0] + "\"")
            .withFallback(ConfigFactory.load());
    var system = ActorSystem.create(Behaviors.empty(), "writer", config);
    var standings = StoredStandings.start(system, StorageSettings.of(config));
    // Until the file is open, what is saved is in memory, however long that takes.
    while (!standings.health().toCompletableFuture().join().isAvailable()) {
      Thread.onSpinWait();
    }
    var endedCalls = new AtomicLong();
    system
        .scheduler()
        .scheduleAtFixedRate(
            Duration.ZERO,
            Duration.ofMillis(5),
            () -> {
              long calls = endedCalls.incrementAndGet();
              standings.save(ProgramSamples.program("a", calls));
              System.out.println("saved " + calls);
            },
            system.executionContext());
  }
}
