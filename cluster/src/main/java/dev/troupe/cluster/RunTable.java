package dev.troupe.cluster;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// The histories of runs in a database, and what lists show of each. Every method waits for it, but no
/// longer than the settings say.
///
/// A history is a sequence of entries without gaps, which only grows. Two nodes that each believe to hold
/// a run cannot both write: the number of an entry is part of its key, so the second of them fails.
final class RunTable implements AutoCloseable {

  /// Deleted in one transaction.
  private static final int DELETED_AT_ONCE = 500;

  /// Where the entries are large, what is held in memory at a time.
  private static final long MOST_READ_BYTES = 8L << 20;

  /// Names a run.
  record Key(String tenant, String run) {}

  /// What lists show of a run.
  ///
  /// @param state one word of at most 32 characters
  /// @param isOver whether nothing happens to it any more
  /// @param createdMillis wall time
  /// @param updatedMillis wall time of its latest entry
  /// @param details at most a million bytes
  record Head(
      Key key,
      String state,
      boolean isOver,
      long createdMillis,
      long updatedMillis,
      byte[] details) {}

  /// Where a run stands in a list of its tenant's runs.
  record Position(long createdMillis, String run) {}

  /// @param states all where empty
  /// @param fromMillis wall time of the oldest
  /// @param untilMillis wall time that all of them are older than
  /// @param after only those that come after it in the list
  record Selection(
      List<String> states, long fromMillis, long untilMillis, Optional<Position> after) {
    Selection {
      states = List.copyOf(states);
    }
  }

  /// @param number from 1
  record Entry(long number, byte[] content) {}

  /// Further entries of a run, and its head after them.
  record Growth(Head head, List<Entry> entries) {
    Growth {
      entries = List.copyOf(entries);
    }
  }

  /// Another node has written an entry of that number.
  static final class ConflictException extends SQLException {

    private static final long serialVersionUID = 1L;

    ConflictException(SQLException cause) {
      super("somebody else has written to this run", cause.getSQLState(), cause);
    }
  }

  private final StorageSettings settings;
  private final SqlDialect dialect;
  private final HikariDataSource connections;
  private final RunEntryTable entries;
  private final RunHeadTable heads;

  RunTable(StorageSettings settings) {
    this.settings = settings;
    this.dialect = settings.kind().dialect();
    this.connections = DatabaseConnections.to(settings);
    this.entries = new RunEntryTable(dialect, connections);
    this.heads = new RunHeadTable(dialect, connections);
  }

  /// Makes what is missing: the folder, the tables. To be called before all else, and after a failure.
  void open() throws SQLException, IOException {
    if (settings.kind() == StorageKind.H2_FILE) {
      Files.createDirectories(settings.directory());
    }
    Optional.ofNullable(connections.getHikariPoolMXBean())
        .ifPresent(pool -> pool.softEvictConnections());
    try (var connection = connections.getConnection()) {
      StorageSchema.runs(dialect).prepare(connection);
      StorageSchema.deliveries(dialect).prepare(connection);
    }
  }

  /// What webhooks of these runs were told.
  DeliveryTable deliveries() {
    return new DeliveryTable(dialect, connections);
  }

  /// Appends to all of these runs, or to none. What it has returned from survives the end of the
  /// process, and of the machine as far as the database promises that.
  ///
  /// @throws ConflictException when one of the entries is there already
  void append(List<Growth> growths) throws SQLException {
    try (var connection = connections.getConnection()) {
      connection.setAutoCommit(false);
      entries.insert(connection, growths);
      heads.write(connection, growths);
      connection.commit();
      connection.setAutoCommit(true);
      if (dialect.sync().isPresent()) {
        try (var statement = connection.createStatement()) {
          statement.execute(dialect.sync().get());
        }
      }
    }
  }

  /// Whether these entries are there just so: an attempt to append them was taken for a failure, as when
  /// the answer to its commit was lost.
  boolean has(Growth growth) throws SQLException {
    return entries.has(growth.head().key(), growth.entries());
  }

  /// Entries of a run in order, from a number on, of some mebibytes together at most; at least one, if there
  /// is one.
  ///
  /// @param most rows that are read
  List<Entry> read(Key key, long from, int most) throws SQLException {
    return entries.read(key, from, most, MOST_READ_BYTES);
  }

  Optional<Head> head(Key key) throws SQLException {
    return heads.head(key);
  }

  /// Runs of a tenant, the youngest first.
  List<Head> list(String tenant, Selection selection, int most) throws SQLException {
    return heads.list(tenant, selection, most);
  }

  /// Runs that are not over, of all tenants, by tenant and id.
  ///
  /// @param after only those that come after this one
  List<Key> open(Optional<Key> after, int most) throws SQLException {
    return heads.open(after, most);
  }

  /// Deletes runs that have been over since before a time.
  ///
  /// @return how many
  int deleteOverBefore(long updatedMillis) throws SQLException {
    int all = 0;
    while (true) {
      var old = heads.overBefore(updatedMillis, DELETED_AT_ONCE);
      delete(old);
      all += old.size();
      if (old.size() < DELETED_AT_ONCE) {
        return all;
      }
    }
  }

  private void delete(List<Key> keys) throws SQLException {
    try (var connection = connections.getConnection()) {
      connection.setAutoCommit(false);
      for (var command :
          List.of(
              "DELETE FROM %s_entry WHERE tenant = ? AND run = ?",
              "DELETE FROM %s_delivery WHERE tenant = ? AND run = ?",
              "DELETE FROM %s WHERE tenant = ? AND id = ?")) {
        try (var delete = connection.prepareStatement(command.formatted(dialect.runs()))) {
          for (var key : keys) {
            delete.setString(1, key.tenant());
            delete.setString(2, key.run());
            delete.addBatch();
          }
          delete.executeBatch();
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  /// To the same database, for what lies beside the runs.
  DataSource connections() {
    return connections;
  }

  /// What is under way fails.
  @Override
  public void close() {
    connections.close();
  }
}
