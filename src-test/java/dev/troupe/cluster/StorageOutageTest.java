package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.id;
import static dev.troupe.cluster.ProgramSamples.program;
import static dev.troupe.cluster.ProgramSamples.programWithCalls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.Standings.Health;
import dev.troupe.program.ProgramView;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/// What goes on while a PostgreSQL of the test's own is killed, silent, or refuses.
@EnabledIf(
    value = "dev.troupe.cluster.TestPostgres#isPossible",
    disabledReason = "no binaries of PostgreSQL for this machine")
@Timeout(120)
class StorageOutageTest {

  /// Over the limits that are set below, for a machine that does much else.
  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestPostgres postgres;
  private Optional<ActorSystem<Void>> running = Optional.empty();

  @BeforeAll
  static void startPostgres() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stopPostgres() {
    postgres.close();
  }

  @AfterEach
  void stop() {
    running.ifPresent(StorageOutageTest::leave);
  }

  @Test
  void writesEverythingAfterTheDatabaseWasKilledUnderIt() throws Exception {
    var url = postgres.newDatabase();
    var standings = start(StorageSamples.atUrl(url));
    saveAll(standings, 1);
    awaitWritten(standings);

    postgres.kill();
    for (int endedCalls = 2; endedCalls <= 100; endedCalls++) {
      saveAll(standings, endedCalls);
    }
    var away = awaitHealth(standings, false);
    assertThat(away.kind()).isEqualTo("postgresql");
    assertThat(away.failure()).isPresent();
    assertThat(away.unsavedPrograms()).isEqualTo(50);
    assertThat(endedCalls(standings, "p7")).isEqualTo(100);
    assertThatThrownBy(() -> now(standings.load(id("unknown"))))
        .isInstanceOf(CompletionException.class);

    postgres.restart();
    awaitWritten(standings);
    leave(running.orElseThrow());

    try (var table = new ProgramTable(StorageSamples.at(url))) {
      for (int i = 0; i < 50; i++) {
        assertThat(table.read(id("p" + i)).orElseThrow().program().standing())
            .isEqualTo(program("p" + i, 100).standing());
      }
    }
  }

  @Test
  void answersInTimeWhileTheDatabaseIsSilent() {
    var standings = start(StorageSamples.atUrl(postgres.newDatabase()));
    saveAll(standings, 1);
    awaitWritten(standings);

    postgres.pause();
    try {
      long beginNanos = System.nanoTime();
      assertThatThrownBy(() -> now(standings.load(id("p7"))))
          .isInstanceOf(CompletionException.class);
      // load-timeout is 500 ms here.
      assertThat(secondsSince(beginNanos)).isLessThan(5);

      saveAll(standings, 2);
      awaitHealth(standings, false);
      assertThat(endedCalls(standings, "p7")).isEqualTo(2);
    } finally {
      postgres.resume();
    }
    awaitWritten(standings);
  }

  @Test
  void breaksOffABatchThatASilentDatabaseDoesNotTakeIn() {
    var standings = start(StorageSamples.atUrl(postgres.newDatabase()));
    awaitHealth(standings, true);

    postgres.pause();
    try {
      // More than the sockets hold.
      for (int i = 0; i < 2_000; i++) {
        standings.save(programWithCalls("p" + i, 64));
      }
      var away = awaitHealth(standings, false);
      assertThat(away.unsavedPrograms()).isEqualTo(2_000);
    } finally {
      postgres.resume();
    }
    awaitWritten(standings);
  }

  /// Its connection stays open at the server, and the rows it has written are locked.
  @Test
  void goesOnWhenANodeIsCutOffInTheMiddleOfABatch() throws SQLException {
    var url = postgres.newDatabase();
    var standings = start(StorageSamples.atUrl(url));
    saveAll(standings, 1);
    awaitWritten(standings);

    try (var ofTheLostNode =
        DatabaseConnections.to(StorageSettings.of(config(StorageSamples.atUrl(url))))) {
      var connection = ofTheLostNode.getConnection();
      connection.setAutoCommit(false);
      connection
          .createStatement()
          .execute("UPDATE %s SET ended_calls = 5".formatted(SqlDialect.POSTGRESQL.programs()));

      saveAll(standings, 2);
      awaitWritten(standings);
      assertThatThrownBy(connection::commit).hasMessageContaining("idle-in-transaction");
    }
    assertThat(endedCalls(standings, "p7")).isEqualTo(2);
  }

  @Test
  void stopsInTimeWhileTheDatabaseIsSilent() {
    var standings = start(StorageSamples.atUrl(postgres.newDatabase()));
    saveAll(standings, 1);
    awaitWritten(standings);

    postgres.pause();
    try {
      saveAll(standings, 2);
      long beginNanos = System.nanoTime();
      leave(running.orElseThrow());
      // Closing takes nine seconds at most.
      assertThat(secondsSince(beginNanos)).isLessThan(15);
    } finally {
      postgres.resume();
    }
  }

  @Test
  void startsWithoutItsDatabase() {
    var standings = start(StorageSamples.atUrl("jdbc:postgresql://127.0.0.1:1/troupe"));
    standings.save(program("a", 5));

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(now(standings.health()).failure())
                .hasValueSatisfying(
                    failure -> assertThat(failure).containsIgnoringCase("refused")));
    assertThat(endedCalls(standings, "a")).isEqualTo(5);
  }

  @Test
  void saysThatThePasswordIsWrong() {
    var wrong = ConfigFactory.parseString("troupe.storage.password = wrong");
    var standings = start(wrong.withFallback(StorageSamples.atUrl(postgres.newDatabase())));

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(now(standings.health()).failure())
                .hasValueSatisfying(failure ->
                    assertThat(failure)
                        .contains("password authentication failed")
                        .contains("troupe.storage.password")
                        .doesNotContain("wrong")));
  }

  @Test
  void saysThatANewerTroupeStoredThePrograms() {
    var url = postgres.newDatabase();
    TestPostgres.execute(url, "CREATE TABLE troupe_schema (version INT NOT NULL)");
    TestPostgres.execute(url, "INSERT INTO troupe_schema VALUES (99)");
    var standings = start(StorageSamples.atUrl(url));

    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(now(standings.health()).failure())
                .hasValueSatisfying(
                    failure -> assertThat(failure).contains("newer Troupe (schema 99")));
  }

  private static Config config(Config storage) {
    return storage
        .withFallback(
            ConfigFactory.parseString(
                """
                troupe.storage {
                  connect-timeout = 500ms, answer-timeout = 1s, load-timeout = 500ms
                  flush-interval = 20ms, min-backoff = 50ms, max-backoff = 200ms
                }
                pekko.coordinated-shutdown {
                  exit-jvm = off
                  run-by-jvm-shutdown-hook = off
                  phases.before-actor-system-terminate.timeout = 10s
                }
                """))
        .withFallback(ConfigFactory.load());
  }

  private StoredStandings start(Config storage) {
    var config = config(storage);
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "outage", config);
    running = Optional.of(system);
    return StoredStandings.start(system, StorageSettings.of(config));
  }

  private static void leave(ActorSystem<Void> system) {
    now(CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason()));
  }

  private static void saveAll(StoredStandings standings, int endedCalls) {
    for (int i = 0; i < 50; i++) {
      standings.save(program("p" + i, endedCalls));
    }
  }

  private static void awaitWritten(StoredStandings standings) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(now(standings.health()))
                .isEqualTo(new Health("postgresql", true, 0, 0, Optional.empty())));
  }

  private static Health awaitHealth(StoredStandings standings, boolean isAvailable) {
    return await()
        .atMost(SOON)
        .until(() -> now(standings.health()), health -> health.isAvailable() == isAvailable);
  }

  private static long endedCalls(StoredStandings standings, String program) {
    return now(standings.load(id(program)))
        .map(ProgramView::standing)
        .map(standing -> standing.endedCalls())
        .orElse(0L);
  }

  private static long secondsSince(long beginNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beginNanos);
  }

  private static <T> T now(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
