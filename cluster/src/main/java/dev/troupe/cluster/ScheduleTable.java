package dev.troupe.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/// Schedules in a database: what each is, and what has come of it. Every method waits for it, but no longer
/// than the settings say.
final class ScheduleTable {

  /// What H2's columns of bytes take.
  static final int MAX_BYTES = 1_000_000;

  private static final String DUPLICATE = "23505";

  /// @param content what it is, at most [#MAX_BYTES]
  /// @param past what has come of it
  record Row(String tenant, String id, byte[] content, byte[] past) {}

  private final StorageSettings settings;
  private final SqlDialect dialect;
  private final DataSource connections;

  /// @param connections to the database of the settings; whoever owns them closes them
  ScheduleTable(StorageSettings settings, DataSource connections) {
    this.settings = settings;
    this.dialect = settings.kind().dialect();
    this.connections = connections;
  }

  /// Makes what is missing: the folder, the table. To be called before all else, and after a failure.
  void open() throws SQLException, IOException {
    if (settings.kind() == StorageKind.H2_FILE) {
      Files.createDirectories(settings.directory());
    }
    try (var connection = connections.getConnection()) {
      StorageSchema.schedules(dialect).prepare(connection);
    }
  }

  List<Row> all() throws SQLException {
    try (var connection = connections.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT tenant, id, content, past FROM %s".formatted(table()));
        var found = select.executeQuery()) {
      var rows = new ArrayList<Row>();
      while (found.next()) {
        rows.add(
            new Row(found.getString(1), found.getString(2), found.getBytes(3), found.getBytes(4)));
      }
      return rows;
    }
  }

  /// @return false when there is one of that name
  boolean insert(Row row) throws SQLException {
    try {
      return change(
          "INSERT INTO %s (content, past, tenant, id) VALUES (?, ?, ?, ?)",
          row.content(), row.past(), row.tenant(), row.id());
    } catch (SQLException failed) {
      if (DUPLICATE.equals(failed.getSQLState())) {
        return false;
      }
      throw failed;
    }
  }

  void update(Row row) throws SQLException {
    change(
        "UPDATE %s SET past = ? WHERE tenant = ? AND id = ?", row.past(), row.tenant(), row.id());
  }

  void delete(String tenant, String id) throws SQLException {
    change("DELETE FROM %s WHERE tenant = ? AND id = ?", tenant, id);
  }

  private boolean change(String command, Object... values) throws SQLException {
    try (var connection = connections.getConnection()) {
      boolean isDone;
      try (var statement = connection.prepareStatement(command.formatted(table()))) {
        fill(statement, values);
        isDone = statement.executeUpdate() > 0;
      }
      sync(connection);
      return isDone;
    }
  }

  private static void fill(PreparedStatement statement, Object... values) throws SQLException {
    for (int at = 0; at < values.length; at++) {
      if (values[at] instanceof byte[] bytes) {
        statement.setBytes(at + 1, bytes);
      } else {
        statement.setString(at + 1, (String) values[at]);
      }
    }
  }

  private void sync(Connection connection) throws SQLException {
    if (dialect.sync().isPresent()) {
      try (var statement = connection.createStatement()) {
        statement.execute(dialect.sync().get());
      }
    }
  }

  private String table() {
    return dialect.runs() + "_schedule";
  }
}
