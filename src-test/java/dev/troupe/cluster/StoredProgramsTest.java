package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.StandingsActor.NotLoaded;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class StoredProgramsTest {

  /// To a program it would be one more way to begin from nothing.
  @Test
  void doesNotSayThatThereIsNothingWhereItHasNotAsked() {
    Queue<Runnable> busy = new ArrayDeque<>();
    var settings = StorageSettings.of(ConfigFactory.load());
    var stored = new StoredPrograms(new ProgramTable(settings), new StorageThreads(busy::add));

    var answer = stored.read(id("a"), Duration.ofNanos(-1)).toCompletableFuture();
    busy.remove().run();

    assertThat(answer).isCompletedWithValue(new NotLoaded());
  }
}
