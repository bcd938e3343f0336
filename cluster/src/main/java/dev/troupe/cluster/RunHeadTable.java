package dev.troupe.cluster;

import com.zaxxer.hikari.HikariDataSource;
import dev.troupe.cluster.RunTable.Growth;
import dev.troupe.cluster.RunTable.Head;
import dev.troupe.cluster.RunTable.Key;
import dev.troupe.cluster.RunTable.Selection;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What lists show of runs, in a database: one row for each run. Every method waits for it.
final class RunHeadTable {

  private final SqlDialect dialect;
  private final HikariDataSource connections;

  RunHeadTable(SqlDialect dialect, HikariDataSource connections) {
    this.dialect = dialect;
    this.connections = connections;
  }

  /// Puts these heads in place of those that are there, as part of a transaction.
  void write(Connection connection, List<Growth> growths) throws SQLException {
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

  /// Runs that have been over since before a time, the oldest first.
  List<Key> overBefore(long updatedMillis, int most) throws SQLException {
    return heads("is_over = TRUE AND updated_millis < ?", "updated_millis", most, updatedMillis)
        .stream()
        .map(Head::key)
        .toList();
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
}
