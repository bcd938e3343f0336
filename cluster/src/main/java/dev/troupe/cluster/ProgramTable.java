package dev.troupe.cluster;

import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.h2.jdbcx.JdbcConnectionPool;

/// The programs in an H2 database file. Every method waits for the disk.
///
/// What [#write] has returned from survives the end of the process and of the machine. Standing has
/// columns of its own, which never shrink and which every version reads; the rest is
/// [ProgramDetails].
///
/// The file is opened by whatever needs it first, and again after it was lost.
final class ProgramTable implements AutoCloseable {

  private static final int SCHEMA_VERSION = 1;

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL)",
          "INSERT INTO schema_version SELECT "
              + SCHEMA_VERSION
              + " WHERE NOT EXISTS (SELECT 1 FROM schema_version)",
          """
          CREATE TABLE IF NOT EXISTS program (
            tenant VARCHAR(256) NOT NULL,
            id VARCHAR(256) NOT NULL,
            attained_nanos BIGINT NOT NULL,
            critical_path_nanos BIGINT NOT NULL,
            waited_nanos BIGINT NOT NULL,
            ended_calls BIGINT NOT NULL,
            saved_millis BIGINT NOT NULL,
            format SMALLINT NOT NULL,
            details VARBINARY(1000000) NOT NULL,
            PRIMARY KEY (tenant, id))
          """,
          "CREATE INDEX IF NOT EXISTS program_by_age ON program (saved_millis)");

  private static final String WRITE =
      """
      MERGE INTO program p
      USING (VALUES (?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT),
          CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS SMALLINT),
          CAST(? AS VARBINARY(1000000))))
        n (tenant, id, attained, path, waited, ended, saved, format, details)
      ON p.tenant = n.tenant AND p.id = n.id
      WHEN MATCHED THEN UPDATE SET
        attained_nanos = GREATEST(p.attained_nanos, n.attained),
        critical_path_nanos = GREATEST(p.critical_path_nanos, n.path),
        waited_nanos = GREATEST(p.waited_nanos, n.waited),
        ended_calls = GREATEST(p.ended_calls, n.ended),
        saved_millis = n.saved, format = n.format, details = n.details
      WHEN NOT MATCHED THEN INSERT VALUES
        (n.tenant, n.id, n.attained, n.path, n.waited, n.ended, n.saved, n.format, n.details)
      """;

  private static final String READ =
      """
      SELECT attained_nanos, critical_path_nanos, waited_nanos, ended_calls, saved_millis, format,
        details
      FROM program WHERE tenant = ? AND id = ?
      """;

  /// @param savedMillis wall time at which the program was so
  record Row(ProgramView program, long savedMillis) {}

  private final Path directory;
  private final JdbcConnectionPool connections;

  ProgramTable(Path directory) {
    this.directory = directory;
    // The pool opens nothing before it is asked for a connection. One reads while one writes. Our
    // own shutdown closes the file, after the last batch. Each transaction is in the file when it
    // is committed; old parts of the file are used again soon, since it changes all the time.
    this.connections =
        JdbcConnectionPool.create(
            "jdbc:h2:file:"
                + directory.resolve("programs").toString().replace(";", "\\;")
                + ";WRITE_DELAY=0;RETENTION_TIME=2000;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=16384",
            "troupe",
            "");
    connections.setMaxConnections(2);
  }

  /// Makes the file and the tables where they are missing.
  void open() throws SQLException, IOException {
    Files.createDirectories(directory);
    try (var connection = connections.getConnection();
        var statement = connection.createStatement()) {
      for (var command : SCHEMA) {
        statement.execute(command);
      }
      try (var version = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
        if (version.next() && version.getInt(1) > SCHEMA_VERSION) {
          throw new SQLException(
              directory + " was written by a newer Troupe: schema " + version.getInt(1));
        }
      }
    }
  }

  /// Writes all of them, or none.
  void write(List<Row> rows) throws SQLException {
    try (var connection = connections.getConnection()) {
      connection.setAutoCommit(false);
      try (var merge = connection.prepareStatement(WRITE)) {
        for (var row : rows) {
          fill(merge, row);
          merge.addBatch();
        }
        merge.executeBatch();
        connection.commit();
      } catch (SQLException failed) {
        connection.rollback();
        throw failed;
      }
      connection.setAutoCommit(true);
      sync(connection);
    }
  }

  Optional<Row> read(Program.Id program) throws SQLException, IOException {
    try (var connection = connections.getConnection();
        var select = connection.prepareStatement(READ)) {
      select.setString(1, program.tenant().name());
      select.setString(2, program.value());
      try (var found = select.executeQuery()) {
        return found.next() ? Optional.of(row(program, found)) : Optional.empty();
      }
    }
  }

  /// Deletes what has not been saved since then.
  ///
  /// @return how many programs
  int deleteOlderThan(long savedMillis) throws SQLException {
    try (var connection = connections.getConnection();
        var delete = connection.prepareStatement("DELETE FROM program WHERE saved_millis < ?")) {
      delete.setLong(1, savedMillis);
      return delete.executeUpdate();
    }
  }

  @Override
  public void close() {
    connections.dispose();
  }

  private static void sync(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    }
  }

  private static void fill(PreparedStatement merge, Row row) throws SQLException {
    var program = row.program();
    var standing = program.standing();
    merge.setString(1, program.id().tenant().name());
    merge.setString(2, program.id().value());
    merge.setLong(3, standing.attainedNanos());
    merge.setLong(4, standing.criticalPathNanos());
    merge.setLong(5, standing.waitedNanos());
    merge.setLong(6, standing.endedCalls());
    merge.setLong(7, row.savedMillis());
    merge.setInt(8, ProgramDetails.FORMAT);
    merge.setBytes(9, ProgramDetails.pack(program));
  }

  private static Row row(Program.Id program, ResultSet found) throws SQLException, IOException {
    var standing =
        new Standing(found.getLong(1), found.getLong(2), found.getLong(3), found.getLong(4));
    return new Row(
        ProgramDetails.unpack(program, standing, found.getInt(6), found.getBytes(7)),
        found.getLong(5));
  }
}
