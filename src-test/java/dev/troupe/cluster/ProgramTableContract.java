package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.id;
import static dev.troupe.cluster.ProgramSamples.program;
import static dev.troupe.cluster.ProgramSamples.programWithCalls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.cluster.ProgramTable.Row;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Standing;
import dev.troupe.program.Tenant;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a [ProgramTable] keeps to over every database.
@Timeout(60)
abstract class ProgramTableContract {

  private StorageSettings settings;
  private ProgramTable table;

  /// An empty database.
  abstract StorageSettings emptyDatabase() throws Exception;

  /// What a client of the database connects to, as user and with the password of the settings.
  abstract String clientUrl(StorageSettings settings);

  @BeforeEach
  final void open() throws Exception {
    settings = emptyDatabase();
    table = new ProgramTable(settings);
    table.open();
  }

  @AfterEach
  final void close() {
    table.close();
  }

  @Test
  void readsWhatWasWritten() throws Exception {
    var program = programWithCalls("a", 64);

    table.write(List.of(new Row(program, 1_000), new Row(program("b", 1), 1_001)));

    assertThat(table.read(id("a"))).contains(new Row(program, 1_000));
    assertThat(table.read(id("never-seen"))).isEmpty();
  }

  @Test
  void keepsProgramsOfTwoTenantsApart() throws Exception {
    table.write(List.of(new Row(program("a", 1), 1_000)));

    assertThat(table.read(new Program.Id(new Tenant("other"), "a"))).isEmpty();
  }

  @Test
  void keepsNamesInAnyScript() throws Exception {
    var id = new Program.Id(new Tenant("Größe"), "程序 😀 '; DROP TABLE program; --\\");

    table.write(List.of(new Row(named(program("a", 1), id), 1_000)));

    assertThat(table.read(id)).isPresent();
  }

  @Test
  void replacesAProgramButNeverShrinksItsStanding() throws Exception {
    table.write(List.of(new Row(program("a", 5), 1_000)));
    table.write(List.of(new Row(programWithCalls("a", 2), 2_000)));

    var row = table.read(id("a")).orElseThrow();
    assertThat(row.savedMillis()).isEqualTo(2_000);
    assertThat(row.program().calls()).hasSize(2);
    assertThat(row.program().standing()).isEqualTo(program("a", 5).standing());
  }

  @Test
  void keepsTheLaterDetailsWhenTheEarlierComeLast() throws Exception {
    table.write(List.of(new Row(programWithCalls("a", 2), 2_000)));
    table.write(List.of(new Row(programWithCalls("a", 5), 1_000)));

    var row = table.read(id("a")).orElseThrow();
    assertThat(row.savedMillis()).isEqualTo(2_000);
    assertThat(row.program().calls()).hasSize(2);
    assertThat(row.program().standing()).isEqualTo(program("a", 5).standing());
  }

  @Test
  void survivesARestart() throws Exception {
    table.write(List.of(new Row(program("a", 5), 1_000)));
    table.close();
    table = new ProgramTable(settings);
    table.open();

    assertThat(table.read(id("a"))).contains(new Row(program("a", 5), 1_000));
  }

  @Test
  void opensForManyNodesAtOnce() throws Exception {
    table.close();
    settings = emptyDatabase();

    inParallel(
        8,
        _ -> {
          try (var own = new ProgramTable(settings)) {
            own.open();
            own.write(List.of(new Row(program("a", 1), 1_000)));
            return own.read(id("a")).orElseThrow();
          }
        });

    table = new ProgramTable(settings);
    table.open();
    assertThat(table.read(id("a"))).isPresent();
  }

  @Test
  void takesTheSameProgramsFromManyNodesAtOnce() throws Exception {
    inParallel(
        4,
        node -> {
          try (var own = new ProgramTable(settings)) {
            for (int round = 1; round <= 20; round++) {
              own.write(shuffledRows(100, round * 4 + node));
            }
            return node;
          }
        });

    for (int i = 0; i < 100; i++) {
      // The last of node 3: round 20, 20 * 4 + 3.
      assertThat(table.read(id("p" + i)).orElseThrow().program().standing().endedCalls())
          .isEqualTo(83);
    }
  }

  @Test
  void deletesWhatIsOld() throws Exception {
    table.write(List.of(new Row(program("old", 1), 1_000), new Row(program("new", 1), 1_001)));

    assertThat(table.deleteOlderThan(1_001)).isEqualTo(1);
    assertThat(table.read(id("old"))).isEmpty();
    assertThat(table.read(id("new"))).isPresent();
  }

  @Test
  void writesAndDeletesThousands() throws Exception {
    for (int batch = 0; batch < 6; batch++) {
      int first = batch * 2_000;
      table.write(
          IntStream.range(first, first + 2_000)
              .mapToObj(i -> new Row(program("p" + i, 1), 1_000))
              .toList());
    }

    assertThat(table.deleteOlderThan(1_001)).isEqualTo(12_000);
    assertThat(table.read(id("p7"))).isEmpty();
  }

  @Test
  void writesAllOfABatchOrNothing() throws Exception {
    // The second of two rows is one that the table refuses.
    execute(
        "ALTER TABLE %s ADD CONSTRAINT few CHECK (ended_calls < 100)"
            .formatted(settings.kind().dialect().programs()));

    assertThatThrownBy(() ->
            table.write(
                List.of(new Row(program("a", 1), 1_000), new Row(program("b", 100), 1_000))))
        .isInstanceOf(SQLException.class);
    assertThat(table.read(id("a"))).isEmpty();
    table.write(List.of(new Row(program("a", 1), 1_000)));
    assertThat(table.read(id("a"))).isPresent();
  }

  @Test
  void keepsTheStandingOfAProgramThatSaysTooMuch() throws Exception {
    var text = String.join("", Collections.nCopies(300_000, "long "));
    var talkative = withMetadata(program("a", 3), text);

    table.write(List.of(new Row(talkative, 1_000)));

    var read = table.read(id("a")).orElseThrow().program();
    assertThat(read.standing()).isEqualTo(talkative.standing());
    assertThat(read.metadata()).isEmpty();
  }

  @Test
  void readsTheStandingInAFormatThatItDoesNotKnow() throws Exception {
    table.write(List.of(new Row(program("a", 3), 1_000)));
    execute("UPDATE %s SET format = 99".formatted(settings.kind().dialect().programs()));

    assertThat(table.read(id("a")).map(Row::program).map(ProgramView::standing))
        .contains(new Standing(3_000_000_000L, 1_500_000_000L, 7, 3));
  }

  @Test
  void leavesADatabaseOfANewerVersionAlone() throws Exception {
    execute("UPDATE %s SET version = 99".formatted(settings.kind().dialect().versions()));

    assertThatThrownBy(() -> table.open())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("newer Troupe (schema 99");
  }

  private void execute(String command) throws SQLException {
    var login = settings.kind() == StorageKind.H2_FILE ? "" : settings.login().password();
    try (var connection =
            DriverManager.getConnection(clientUrl(settings), settings.login().user(), login);
        var statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private static List<Row> shuffledRows(int programs, int endedCalls) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < programs; i++) {
      rows.add(new Row(program("p" + i, endedCalls), endedCalls));
    }
    Collections.shuffle(rows, new Random(endedCalls));
    return rows;
  }

  private interface Node<T> {
    T run(int node) throws Exception;
  }

  private static <T> void inParallel(int nodes, Node<T> work) throws Exception {
    try (var threads = Executors.newFixedThreadPool(nodes)) {
      var all =
          IntStream.range(0, nodes).mapToObj(node -> (Callable<T>) () -> work.run(node)).toList();
      for (var result : threads.invokeAll(all)) {
        result.get();
      }
    }
  }

  private static ProgramView named(ProgramView program, Program.Id id) {
    return copy(program, id, program.metadata());
  }

  private static ProgramView withMetadata(ProgramView program, String text) {
    return copy(program, program.id(), Map.of("text", text));
  }

  private static ProgramView copy(
      ProgramView program, Program.Id id, Map<String, String> metadata) {
    return new ProgramView(
        id,
        program.state(),
        program.parent(),
        program.source(),
        metadata,
        program.standing(),
        program.isMultithreaded(),
        program.isPromoted(),
        program.ageNanos(),
        program.sinceArrivalNanos(),
        program.sinceCompletionNanos(),
        program.totalCalls(),
        program.completedCalls(),
        program.failedCalls(),
        program.promptTokens(),
        program.cachedTokens(),
        program.outputTokens(),
        program.engines(),
        program.calls(),
        program.priority(),
        program.remainingCalls(),
        program.cancelledCalls());
  }
}
