package dev.troupe.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.RunTable.Entry;
import dev.troupe.cluster.RunTable.Growth;
import dev.troupe.cluster.RunTable.Key;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who writes the histories of runs, over a file of H2.
class JournalActorTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static ActorTestKit kit;

  @TempDir private Path folder;
  private StorageSettings settings;
  private ActorRef<JournalActor.Command> journal;

  @BeforeAll
  static void startSystem() {
    kit = TestNodes.create("");
  }

  @AfterAll
  static void stopSystem() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    settings = StorageSamples.file(folder);
    journal =
        kit.spawn(
            JournalActor.create(
                settings,
                Duration.ofDays(1),
                new RunTable(settings),
                StorageThreads.of(kit.system())));
  }

  /// The folder goes once nobody holds the file in it.
  @AfterEach
  void stop() {
    close();
  }

  private void close() {
    TestProbe<Done> closed = kit.createTestProbe();
    journal.tell(new JournalActor.Close(closed.ref()));
    kit.<Void>createTestProbe().expectTerminated(journal, LIMIT);
  }

  private static Key key(String run) {
    return new Key("t", run);
  }

  private CompletableFuture<Done> append(String run, long number) {
    var appended = new CompletableFuture<Done>();
    var head = new RunTable.Head(key(run), "running", false, 1, number, new byte[0]);
    var growth = new Growth(head, List.of(new Entry(number, (run + number).getBytes(UTF_8))));
    journal.tell(new JournalActor.Append(growth, appended));
    return appended;
  }

  @Test
  void ofRunsThatAreWrittenTogetherOnlyTheOneThatAnotherHasWrittenToIsRefused() {
    assertThat(append("taken", 1)).succeedsWithin(LIMIT);

    // The first is being written; the others are the next batch, whose insert is refused as a
    // whole.
    var first = append("first", 1);
    var others = IntStream.range(0, 9).mapToObj(at -> append("other-" + at, 1)).toList();
    var lost = append("taken", 1);
    var last = append("last", 1);

    assertThat(first).succeedsWithin(LIMIT);
    assertThat(others).allSatisfy(each -> assertThat(each).succeedsWithin(LIMIT));
    assertThat(last).succeedsWithin(LIMIT);
    assertThat(lost)
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withMessageContaining("another node has written to this run");
  }

  @Test
  void whatIsHeldWhenTheNodeEndsIsWritten() throws Exception {
    var appended = IntStream.range(0, 20).mapToObj(at -> append("r" + at, 1)).toList();

    close();

    assertThat(appended).allMatch(CompletableFuture::isDone);
    try (var next = new RunTable(settings)) {
      next.open();
      for (int at = 0; at < 20; at++) {
        assertThat(next.read(key("r" + at), 1, 10)).extracting(Entry::number).containsExactly(1L);
      }
    }
  }
}
