package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.id;
import static dev.troupe.cluster.ProgramSamples.program;
import static dev.troupe.cluster.ProgramSamples.programWithCalls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.Standings.Health;
import dev.troupe.program.ProgramView;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.Standing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredStandingsTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private Optional<ActorTestKit> running = Optional.empty();

  @AfterEach
  void shutdown() {
    running.ifPresent(ActorTestKit::shutdownTestKit);
  }

  @Test
  void knowsAProgramAfterARestart() {
    var standings = start("");
    standings.save(program("a", 5));
    shutdown();

    var found = now(start("").load(id("a"))).orElseThrow();
    assertThat(found.standing()).isEqualTo(program("a", 5).standing());
    assertThat(found.engines()).isEqualTo(program("a", 5).engines());
    assertThat(found.ageNanos()).isGreaterThanOrEqualTo(program("a", 5).ageNanos());
  }

  @Test
  void knowsWhatIsNotWrittenYet() {
    var standings = start("flush-interval = 1h");
    standings.save(program("a", 5));

    assertThat(endedCalls(standings)).isEqualTo(5);
    assertThat(now(standings.health()).unsavedPrograms()).isEqualTo(1);
  }

  @Test
  void writesOnlyTheLatestOfManyChanges() {
    var standings = start("");
    for (int calls = 1; calls <= 1_000; calls++) {
      standings.save(program("a", calls));
    }
    assertThat(now(standings.health()).unsavedPrograms()).isLessThanOrEqualTo(2);

    shutdown();
    assertThat(endedCalls(start(""))).isEqualTo(1_000);
  }

  @Test
  void keepsTheLatestCalls() {
    var standings = start("kept-calls = 3");
    var program = programWithCalls("a", 10);
    standings.save(program);

    // What others may name as parents; the latest come first.
    assertThat(now(standings.load(id("a"))).orElseThrow().calls())
        .extracting(CallView::id)
        .containsExactlyElementsOf(
            program.calls().subList(0, 3).stream().map(CallView::id).toList());
  }

  @Test
  void keepsTheLatestOpenCalls() {
    var standings = start("{ kept-calls = 1, kept-open-calls = 2 }");
    standings.save(ProgramSamples.programWithOpenCalls("a", 3, 4));

    // Of four open ones the last two, in their order of arrival, then the latest ended one.
    assertThat(now(standings.load(id("a"))).orElseThrow().calls())
        .extracting(call -> call.id().value())
        .containsExactly("open-2", "open-3", "0e8f2d6c-7a51-4c55-b1a7-000000000000");
  }

  @Test
  void writesByItselfAfterTheInterval() {
    var standings = start("flush-interval = 50ms");
    standings.save(program("a", 5));

    awaitHealth(standings, new Health("h2-file", true, 0, 0, Optional.empty()));
  }

  @Test
  void tellsWhenAProgramIsInStorage() {
    var standings = start("flush-interval = 300ms");
    standings.save(program("a", 5));

    assertThat(standings.saved(id("a")).toCompletableFuture()).isNotDone();
    now(standings.saved(id("a")));
    assertThat(now(standings.health()).unsavedPrograms()).isZero();
    assertThat(now(standings.saved(id("never seen")))).isNotNull();
  }

  @Test
  void keepsNobodyWaitingForStorageThatIsAway() throws Exception {
    Files.createFile(folder.resolve("data"));
    var standings = start("{ min-backoff = 50ms, flush-interval = 1h, answer-timeout = 1h }");
    standings.save(program("a", 5));

    now(standings.saved(id("a")));

    assertThat(now(standings.health()).unsavedPrograms()).isEqualTo(1);
  }

  /// A program that moved now would begin without what one batch has failed to write.
  @Test
  void hasAProgramWaitThoughOneBatchHasFailed() throws Exception {
    Files.createFile(folder.resolve("data"));
    var standings = start("{ min-backoff = 1h, max-backoff = 1h, flush-interval = 1h }");
    standings.save(program("a", 5));
    awaitFailure(standings);

    var saved = standings.saved(id("a")).toCompletableFuture();

    assertThat(now(standings.health()).unsavedPrograms()).isEqualTo(1);
    assertThat(saved).isNotDone();
  }

  @Test
  void writesEverythingWhenItCloses() {
    var standings = start("{ max-batch = 10, flush-interval = 1h }");
    for (int i = 0; i < 95; i++) {
      standings.save(program("p" + i, 1));
    }
    shutdown();

    var again = start("");
    for (int i = 0; i < 95; i++) {
      assertThat(now(again.load(id("p" + i)))).isPresent();
    }
  }

  @Test
  void goesOnWhileStorageIsAwayAndWritesWhenItIsBack() throws Exception {
    // A file stands where the folder should be.
    var obstacle = Files.createFile(folder.resolve("data"));
    var standings = start("{ min-backoff = 50ms, max-backoff = 100ms, flush-interval = 50ms }");
    standings.save(program("a", 5));

    var probe = running.orElseThrow().createTestProbe();
    probe.awaitAssert(
        SOON,
        () -> {
          var health = now(standings.health());
          assertThat(health.isAvailable()).isFalse();
          assertThat(health.failure()).isPresent();
          assertThat(health.unsavedPrograms()).isEqualTo(1);
          return health;
        });
    assertThat(endedCalls(standings)).isEqualTo(5);
    assertThatThrownBy(() -> now(standings.load(id("unknown"))))
        .isInstanceOf(CompletionException.class);

    Files.delete(obstacle);
    awaitHealth(standings, new Health("h2-file", true, 0, 0, Optional.empty()));
    assertThat(endedCalls(standings)).isEqualTo(5);
  }

  @Test
  void recoversWhenTheOpenFileIsLost() throws Exception {
    var standings = start("{ min-backoff = 50ms, max-backoff = 100ms, flush-interval = 50ms }");
    standings.save(program("a", 5));
    awaitHealth(standings, new Health("h2-file", true, 0, 0, Optional.empty()));

    try (var connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + folder.resolve("data/programs"), "troupe", "");
        var statement = connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    }
    standings.save(program("a", 6));

    awaitHealth(standings, new Health("h2-file", true, 0, 0, Optional.empty()));
    assertThat(endedCalls(standings)).isEqualTo(6);
  }

  @Test
  void holdsNoMoreThanItMayWhileStorageIsAway() throws Exception {
    Files.createFile(folder.resolve("data"));
    var standings = start("max-unsaved = 10");
    for (int i = 0; i < 15; i++) {
      standings.save(program("p" + i, 1));
    }

    var health = now(standings.health());
    assertThat(health.unsavedPrograms()).isEqualTo(10);
    assertThat(health.droppedPrograms()).isEqualTo(5);
  }

  @Test
  void forgetsProgramsThatAreSilentForLong() {
    var standings = start("{ flush-interval = 20ms, retention = 100ms, expiry-interval = 50ms }");
    standings.save(program("a", 5));

    TestProbe<ProgramView> probe = running.orElseThrow().createTestProbe();
    probe.awaitAssert(
        SOON,
        () -> {
          assertThat(now(standings.load(id("a")))).isEmpty();
          return Optional.empty();
        });
  }

  private StoredStandings start(String overrides) {
    var config =
        ConfigFactory.parseString("troupe.storage.directory = \"" + folder.resolve("data") + "\"")
            .withFallback(
                ConfigFactory.parseString(
                    overrides.startsWith("{")
                        ? "troupe.storage " + overrides
                        : "troupe.storage { " + overrides + " }"))
            .withFallback(ConfigFactory.load());
    var testKit = ActorTestKit.create("standings", config);
    running = Optional.of(testKit);
    return StoredStandings.start(testKit.system(), StorageSettings.of(config));
  }

  private void awaitHealth(StoredStandings standings, Health expected) {
    var probe = running.orElseThrow().createTestProbe();
    probe.awaitAssert(
        SOON,
        () -> {
          assertThat(now(standings.health())).isEqualTo(expected);
          return expected;
        });
  }

  private void awaitFailure(StoredStandings standings) {
    var probe = running.orElseThrow().createTestProbe();
    probe.awaitAssert(
        SOON,
        () -> {
          assertThat(now(standings.health()).failure())
              .isNotEqualTo(StorageCondition.UNKNOWN.latest());
          return standings;
        });
  }

  private static long endedCalls(StoredStandings standings) {
    return now(standings.load(id("a")))
        .map(ProgramView::standing)
        .map(Standing::endedCalls)
        .orElse(0L);
  }

  private static <T> T now(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
