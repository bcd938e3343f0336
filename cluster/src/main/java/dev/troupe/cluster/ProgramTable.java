package dev.troupe.cluster;

import com.zaxxer.hikari.HikariDataSource;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The programs in a database. Every method waits for it, but no longer than the settings say; only
/// [#write] may be held up for longer by a database that takes nothing in, until [#abandonWrite].
///
/// What [#write] has returned from survives the end of the process, and of the machine as far as the
/// database promises that. Standing has columns of its own, which never shrink and which every version
/// reads; the rest is [ProgramDetails], of which the latest stays.
///
/// Nothing is opened before it is needed, and what was lost is opened again.
final class ProgramTable implements AutoCloseable {

  /// Deleted in one transaction; a month's programs in one would take longer than a database may.
  private static final int DELETED_AT_ONCE = 5_000;

  private static final int WRITE_ATTEMPTS = 3;

  /// Another node was in between: a deadlock, a row that it inserted or changed first.
  private static final Set<String> CONTENTION = Set.of("40001", "40P01", "23505", "90131");

  /// The same in every node, so that two never wait for each other's rows.
  private static final Comparator<Row> BY_ID =
      Comparator.comparing((Row row) -> row.program().id().tenant().name())
          .thenComparing(row -> row.program().id().value());

  /// @param savedMillis wall time at which the program was so
  record Row(ProgramView program, long savedMillis) {}

  private final StorageSettings settings;
  private final SqlDialect dialect;
  private final StorageSchema schema;
  private final HikariDataSource connections;
  private final AtomicReference<@Nullable Connection> writing = new AtomicReference<>();

  ProgramTable(StorageSettings settings) {
    this.settings = settings;
    this.dialect = settings.kind().dialect();
    this.schema = StorageSchema.programs(dialect);
    this.connections = DatabaseConnections.to(settings);
  }

  /// Makes what is missing: the folder, the tables. To be called before all else, and after a failure.
  void open() throws SQLException, IOException {
    if (settings.kind() == StorageKind.H2_FILE) {
      Files.createDirectories(settings.directory());
    }
    // Connections from before a failure may lead to a server that is no longer in charge.
    Optional.ofNullable(connections.getHikariPoolMXBean())
        .ifPresent(pool -> pool.softEvictConnections());
    try (var connection = connections.getConnection()) {
      schema.prepare(connection);
    }
  }

  /// Writes all of them, or none.
  void write(List<Row> rows) throws SQLException {
    var ordered = rows.stream().sorted(BY_ID).toList();
    for (int attempt = 1; !isWritten(ordered, attempt == WRITE_ATTEMPTS); attempt++) {}
  }

  /// Breaks off a [#write] under way, if there is one; it fails then.
  void abandonWrite() throws SQLException {
    var connection = writing.get();
    if (connection != null) {
      connection.abort(Runnable::run);
    }
  }

  Optional<Row> read(Program.Id program) throws SQLException {
    try (var connection = connections.getConnection();
        var select =
            connection.prepareStatement(
                """
                SELECT attained_nanos, critical_path_nanos, waited_nanos, ended_calls, saved_millis,
                  format, details
                FROM %s WHERE tenant = ? AND id = ?
                """
                    .formatted(dialect.programs()))) {
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
    int all = 0;
    int deleted;
    do {
      deleted = deleteSome(savedMillis);
      all += deleted;
    } while (deleted == DELETED_AT_ONCE);
    return all;
  }

  private int deleteSome(long savedMillis) throws SQLException {
    try (var connection = connections.getConnection();
        var delete = connection.prepareStatement(dialect.deleteSome())) {
      delete.setLong(1, savedMillis);
      delete.setInt(2, DELETED_AT_ONCE);
      return delete.executeUpdate();
    }
  }

  /// What is under way fails.
  @Override
  public void close() {
    connections.close();
  }

  /// @return false when another node was in between and it is worth another attempt
  private boolean isWritten(List<Row> rows, boolean isLast) throws SQLException {
    try (var connection = connections.getConnection()) {
      writing.set(connection);
      connection.setAutoCommit(false);
      writeBatch(connection, rows);
      return true;
    } catch (SQLException failed) {
      if (isLast || !isContention(failed)) {
        throw failed;
      }
      return false;
    } finally {
      writing.set(null);
    }
  }

  /// A connection that is returned before it has committed is rolled back.
  private void writeBatch(Connection connection, List<Row> rows) throws SQLException {
    try (var write = connection.prepareStatement(dialect.write())) {
      for (var row : rows) {
        fill(write, row);
        write.addBatch();
      }
      write.executeBatch();
    }
    connection.commit();
    connection.setAutoCommit(true);
    if (dialect.sync().isPresent()) {
      try (var statement = connection.createStatement()) {
        statement.execute(dialect.sync().get());
      }
    }
  }

  private static boolean isContention(SQLException failed) {
    for (Throwable cause : failed) {
      if (cause instanceof SQLException one
          && one.getSQLState() != null
          && CONTENTION.contains(one.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static void fill(PreparedStatement write, Row row) throws SQLException {
    var program = row.program();
    var standing = program.standing();
    write.setString(1, program.id().tenant().name());
    write.setString(2, program.id().value());
    write.setLong(3, standing.attainedNanos());
    write.setLong(4, standing.criticalPathNanos());
    write.setLong(5, standing.waitedNanos());
    write.setLong(6, standing.endedCalls());
    write.setLong(7, row.savedMillis());
    write.setInt(8, ProgramDetails.FORMAT);
    write.setBytes(9, ProgramDetails.pack(program));
  }

  private static Row row(Program.Id program, ResultSet found) throws SQLException {
    var standing =
        new Standing(found.getLong(1), found.getLong(2), found.getLong(3), found.getLong(4));
    return new Row(
        ProgramDetails.unpack(program, standing, found.getInt(6), found.getBytes(7)),
        found.getLong(5));
  }
}
