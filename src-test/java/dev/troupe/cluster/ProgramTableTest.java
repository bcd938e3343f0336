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
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTableTest {

  @TempDir private Path directory;
  private ProgramTable table;

  @BeforeEach
  void open() throws Exception {
    table = new ProgramTable(directory);
    table.open();
  }

  @AfterEach
  void close() {
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
  void replacesAProgramButNeverShrinksItsStanding() throws Exception {
    table.write(List.of(new Row(program("a", 5), 1_000)));
    table.write(List.of(new Row(programWithCalls("a", 2), 2_000)));

    var row = table.read(id("a")).orElseThrow();
    assertThat(row.savedMillis()).isEqualTo(2_000);
    assertThat(row.program().calls()).hasSize(2);
    assertThat(row.program().standing()).isEqualTo(program("a", 5).standing());
  }

  @Test
  void survivesARestart() throws Exception {
    table.write(List.of(new Row(program("a", 5), 1_000)));
    table.close();
    open();

    assertThat(table.read(id("a"))).contains(new Row(program("a", 5), 1_000));
  }

  @Test
  void deletesWhatIsOld() throws Exception {
    table.write(List.of(new Row(program("old", 1), 1_000), new Row(program("new", 1), 1_001)));

    assertThat(table.deleteOlderThan(1_001)).isEqualTo(1);
    assertThat(table.read(id("old"))).isEmpty();
    assertThat(table.read(id("new"))).isPresent();
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
    execute("UPDATE program SET format = 99, details = X'00'");

    assertThat(table.read(id("a")).map(Row::program).map(ProgramView::standing))
        .contains(new Standing(3_000_000_000L, 1_500_000_000L, 7, 3));
  }

  @Test
  void leavesAFileOfANewerVersionAlone() throws Exception {
    execute("UPDATE schema_version SET version = 99");

    assertThatThrownBy(() -> table.open())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("newer");
  }

  @Test
  void takesLittleRoomForACall() {
    // 64 calls with an id of 36 bytes and one parent each.
    assertThat(ProgramDetails.pack(programWithCalls("a", 64)).length / 64).isLessThan(150);
  }

  @Test
  void writesABatchInOneTransaction() throws Exception {
    var rows =
        IntStream.range(0, 2_000).mapToObj(i -> new Row(program("p" + i, 1), 1_000)).toList();

    table.write(rows);

    assertThat(table.deleteOlderThan(1_001)).isEqualTo(2_000);
  }

  private void execute(String command) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + directory.resolve("programs"), "troupe", "");
        var statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private static ProgramView withMetadata(ProgramView program, String text) {
    return new ProgramView(
        program.id(),
        program.state(),
        program.parent(),
        program.source(),
        Map.of("text", text),
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
        program.calls());
  }
}
