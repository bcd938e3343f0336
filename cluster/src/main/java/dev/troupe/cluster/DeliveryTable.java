package dev.troupe.cluster;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/// How far the webhooks of runs have been told of their events. Every method waits for the database.
///
/// Two nodes that each believe to hold a run may both write: the later of them is right enough, as what is
/// told twice is the same.
final class DeliveryTable {

  private final SqlDialect dialect;
  private final HikariDataSource connections;

  DeliveryTable(SqlDialect dialect, HikariDataSource connections) {
    this.dialect = dialect;
    this.connections = connections;
  }

  /// The number of the last event that was told; 0 before the first.
  long read(RunTable.Key key) throws SQLException {
    try (var connection = connections.getConnection();
        var select =
            connection.prepareStatement(
                "SELECT delivered FROM %s_delivery WHERE tenant = ? AND run = ?"
                    .formatted(dialect.runs()))) {
      select.setString(1, key.tenant());
      select.setString(2, key.run());
      try (var found = select.executeQuery()) {
        return found.next() ? found.getLong(1) : 0;
      }
    }
  }

  void write(RunTable.Key key, long delivered) throws SQLException {
    try (var connection = connections.getConnection()) {
      boolean isThere =
          change(
              connection,
              "UPDATE %s_delivery SET delivered = ? WHERE tenant = ? AND run = ?",
              key,
              delivered);
      if (!isThere) {
        change(
            connection,
            "INSERT INTO %s_delivery (delivered, tenant, run) VALUES (?, ?, ?)",
            key,
            delivered);
      }
    }
  }

  private boolean change(Connection connection, String command, RunTable.Key key, long delivered)
      throws SQLException {
    try (var change = connection.prepareStatement(command.formatted(dialect.runs()))) {
      change.setLong(1, delivered);
      change.setString(2, key.tenant());
      change.setString(3, key.run());
      return change.executeUpdate() > 0;
    }
  }
}
