package dev.troupe.cluster;

import com.zaxxer.hikari.HikariDataSource;
import dev.troupe.cluster.RunTable.ConflictException;
import dev.troupe.cluster.RunTable.Entry;
import dev.troupe.cluster.RunTable.Growth;
import dev.troupe.cluster.RunTable.Key;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The entries of the histories of runs, in a database. Every method waits for it.
///
/// A large entry lies in several rows. The number of an entry is part of its key: who writes
/// one that is there fails.
final class RunEntryTable {

  /// H2's columns of bytes take a million; a larger entry lies in several rows.
  private static final int PART_BYTES = 900_000;

  /// Rows that the database hands over at a time.
  private static final int FETCHED_AT_ONCE = 100;

  /// A row with that key is there.
  private static final String DUPLICATE = "23505";

  private final SqlDialect dialect;
  private final HikariDataSource connections;

  RunEntryTable(SqlDialect dialect, HikariDataSource connections) {
    this.dialect = dialect;
    this.connections = connections;
  }

  /// Adds the entries of all of these, as part of a transaction.
  ///
  /// @throws ConflictException when one of them is there already
  void insert(Connection connection, List<Growth> growths) throws SQLException {
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

  /// Whether these entries of a run are there just so; false of none.
  boolean has(Key key, List<Entry> wanted) throws SQLException {
    if (wanted.isEmpty()) {
      return false;
    }
    var there = read(key, wanted.getFirst().number(), Integer.MAX_VALUE, Long.MAX_VALUE);
    return there.size() == wanted.size()
        && IntStream.range(0, wanted.size())
            .allMatch(at ->
                there.get(at).number() == wanted.get(at).number()
                    && Arrays.equals(there.get(at).content(), wanted.get(at).content()));
  }

  /// Entries of a run in order, from a number on; at least one, if there is one.
  ///
  /// @param most rows that are read
  /// @param mostBytes after which no entry is read any more
  List<Entry> read(Key key, long from, int most, long mostBytes) throws SQLException {
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

  private static boolean isDuplicate(SQLException failed) {
    for (Throwable cause : failed) {
      if (cause instanceof SQLException one && DUPLICATE.equals(one.getSQLState())) {
        return true;
      }
    }
    return false;
  }
}
