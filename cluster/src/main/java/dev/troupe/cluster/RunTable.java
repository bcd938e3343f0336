package dev.troupe.cluster;

import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/// The histories of runs in a database, and what lists show of each. Every method waits for it, but no
/// longer than the settings say.
///
/// A history is a sequence of entries without gaps, which only grows. Two nodes that each believe to hold
/// a run cannot both write: the number of an entry is part of its key, so the second of them fails.
final class RunTable implements AutoCloseable {

  /// H2's columns of bytes take a million; a larger entry lies in several rows.
  private static final int PART_BYTES = 900_000;

  /// Deleted in one transaction.
  private static final int DELETED_AT_ONCE = 500;

  /// Rows that the database hands over at a time.
  private static final int FETCHED_AT_ONCE = 100;

  /// Where the entries are large, what is held in memory at a time.
  private static final long MOST_READ_BYTES = 8L << 20;

  /// A row with that key is there.
  private static final String DUPLICATE = "23505";

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

  RunTable(StorageSettings settings) {
    this.settings = settings;
    this.dialect = settings.kind().dialect();
    this.connections = DatabaseConnections.to(settings);
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
      insertEntries(connection, growths);
      writeHeads(connection, growths);
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
    var entries = growth.entries();
    if (entries.isEmpty()) {
      return false;
    }
    var there =
        read(growth.head().key(), entries.getFirst().number(), Integer.MAX_VALUE, Long.MAX_VALUE);
    return there.size() == entries.size()
        && IntStream.range(0, entries.size())
            .allMatch(at ->
                there.get(at).number() == entries.get(at).number()
                    && Arrays.equals(there.get(at).content(), entries.get(at).content()));
  }

  /// Entries of a run in order, from a number on, of some mebibytes together at most; at least one, if there
  /// is one.
  ///
  /// @param most rows that are read
  List<Entry> read(Key key, long from, int most) throws SQLException {
    return read(key, from, most, MOST_READ_BYTES);
  }

  private List<Entry> read(Key key, long from, int most, long mostBytes) throws SQLException {
    try (var connection = connections.getConnection();
        var select =
            connection.prepareStatement(
                """
                SELECT number, part, content FROM %s_entry
                WHERE tenant = ? AND run = ? AND number >= ? ORDER BY number, part
                """
                    .formatted(dialect.runs()))) {
      select.setString(1, key.tenant());
      select.setString(2, key.run());
      select.setLong(3, from);
      select.setFetchSize(Math.min(most, FETCHED_AT_ONCE));
      connection.setAutoCommit(false);
      try (var found = select.executeQuery()) {
        return entries(found, most, mostBytes);
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  Optional<Head> head(Key key) throws SQLException {
    var found = heads("tenant = ? AND id = ?", "tenant", 1, key.tenant(), key.run());
    return found.stream().findFirst();
  }

  /// Runs of a tenant, the youngest first.
  List<Head> list(String tenant, Selection selection, int most) throws SQLException {
    var condition = new StringBuilder("tenant = ? AND created_millis >= ? AND created_millis < ?");
    var values =
        new ArrayList<Object>(List.of(tenant, selection.fromMillis(), selection.untilMillis()));
    if (!selection.states().isEmpty()) {
      condition.append(" AND state IN (");
      condition.append(String.join(", ", Collections.nCopies(selection.states().size(), "?")));
      condition.append(')');
      values.addAll(selection.states());
    }
    if (selection.after().isPresent()) {
      condition.append(" AND (created_millis < ? OR created_millis = ? AND id < ?)");
      values.add(selection.after().get().createdMillis());
      values.add(selection.after().get().createdMillis());
      values.add(selection.after().get().run());
    }
    return heads(condition.toString(), "created_millis DESC, id DESC", most, values.toArray());
  }

  /// Runs that are not over, of all tenants, by tenant and id.
  ///
  /// @param after only those that come after this one
  List<Key> open(Optional<Key> after, int most) throws SQLException {
    var last = after.orElse(new Key("", ""));
    return heads(
            "is_over = FALSE AND (tenant > ? OR tenant = ? AND id > ?)",
            "tenant, id",
            most,
            last.tenant(),
            last.tenant(),
            last.run())
        .stream()
        .map(Head::key)
        .toList();
  }

  /// Deletes runs that have been over since before a time.
  ///
  /// @return how many
  int deleteOverBefore(long updatedMillis) throws SQLException {
    int all = 0;
    while (true) {
      var old =
          heads(
              "is_over = TRUE AND updated_millis < ?",
              "updated_millis",
              DELETED_AT_ONCE,
              updatedMillis);
      delete(old.stream().map(Head::key).toList());
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

  private void insertEntries(Connection connection, List<Growth> growths) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO %s_entry (tenant, run, number, part, content) VALUES (?, ?, ?, ?, ?)"
                .formatted(dialect.runs()))) {
      for (var growth : growths) {
        for (var entry : growth.entries()) {
          addParts(insert, growth.head().key(), entry);
        }
      }
      insert.executeBatch();
    } catch (SQLException failed) {
      throw isDuplicate(failed) ? new ConflictException(failed) : failed;
    }
  }

  private static void addParts(PreparedStatement insert, Key key, Entry entry) throws SQLException {
    var content = entry.content();
    int part = 0;
    for (int from = 0; part == 0 || from < content.length; from += PART_BYTES) {
      insert.setString(1, key.tenant());
      insert.setString(2, key.run());
      insert.setLong(3, entry.number());
      insert.setInt(4, part++);
      insert.setBytes(
          5, Arrays.copyOfRange(content, from, Math.min(content.length, from + PART_BYTES)));
      insert.addBatch();
    }
  }

  private void writeHeads(Connection connection, List<Growth> growths) throws SQLException {
    try (var write = connection.prepareStatement(dialect.writeRun())) {
      for (var growth : growths) {
        var head = growth.head();
        write.setString(1, head.key().tenant());
        write.setString(2, head.key().run());
        write.setString(3, head.state());
        write.setBoolean(4, head.isOver());
        write.setLong(5, head.createdMillis());
        write.setLong(6, head.updatedMillis());
        write.setBytes(7, head.details());
        write.addBatch();
      }
      write.executeBatch();
    }
  }

  private static List<Entry> entries(ResultSet found, int most, long mostBytes)
      throws SQLException {
    var entries = new ArrayList<Entry>();
    var content = new ByteArrayOutputStream();
    long number = 0;
    long bytes = 0;
    int rows = 0;
    while (found.next()) {
      long next = found.getLong(1);
      if (next != number) {
        if (number != 0) {
          entries.add(new Entry(number, content.toByteArray()));
          content.reset();
        }
        if (rows >= most || bytes >= mostBytes) {
          return entries;
        }
        number = next;
      }
      var part = found.getBytes(3);
      content.writeBytes(part);
      bytes += part.length;
      rows++;
    }
    if (number != 0) {
      entries.add(new Entry(number, content.toByteArray()));
    }
    return entries;
  }

  private List<Head> heads(String condition, String order, int most, Object... values)
      throws SQLException {
    try (var connection = connections.getConnection();
        var select =
            connection.prepareStatement(
                """
                SELECT tenant, id, state, is_over, created_millis, updated_millis, details
                FROM %s WHERE %s ORDER BY %s FETCH FIRST %d ROWS ONLY
                """
                    .formatted(dialect.runs(), condition, order, most))) {
      for (int at = 0; at < values.length; at++) {
        select.setObject(at + 1, values[at]);
      }
      try (var found = select.executeQuery()) {
        var heads = new ArrayList<Head>();
        while (found.next()) {
          heads.add(
              new Head(
                  new Key(found.getString(1), found.getString(2)),
                  found.getString(3),
                  found.getBoolean(4),
                  found.getLong(5),
                  found.getLong(6),
                  found.getBytes(7)));
        }
        return heads;
      }
    }
  }

  private static boolean isDuplicate(SQLException failed) {
    for (Throwable cause : failed) {
      if (cause instanceof SQLException one && DUPLICATE.equals(one.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
