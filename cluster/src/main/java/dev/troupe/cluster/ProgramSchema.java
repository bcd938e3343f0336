package dev.troupe.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables that programs are stored in: made where they are missing, refused where they are newer
/// than this version of Troupe. Any number of nodes may do so at once.
final class ProgramSchema {

  static final int VERSION = 1;

  private static final int ATTEMPTS = 5;

  private final SqlDialect dialect;

  ProgramSchema(SqlDialect dialect) {
    this.dialect = dialect;
  }

  /// Commands are only given where something is missing: they would need more rights, and locks.
  ///
  /// @param connection committed, and left in a transaction
  /// @throws SQLException also when a newer version of Troupe made the tables
  void prepare(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    for (int attempt = 1; version(connection) == 0; attempt++) {
      if (!isMade(connection, attempt == ATTEMPTS)) {
        connection.rollback();
      }
    }
    connection.commit();
  }

  /// @return false when another node was in between and it is worth another attempt
  private boolean isMade(Connection connection, boolean isLast) throws SQLException {
    try (var statement = connection.createStatement()) {
      make(statement);
      connection.commit();
      return true;
    } catch (SQLException failed) {
      if (isLast || dialect.lockSchema().isPresent()) {
        throw failed;
      }
      return false;
    }
  }

  private void make(Statement statement) throws SQLException {
    if (dialect.lockSchema().isPresent()) {
      statement.execute(dialect.lockSchema().get());
    }
    for (var command : commands()) {
      statement.execute(command);
    }
  }

  /// The version comes last: who reads it may use the rest.
  private List<String> commands() {
    return List.of(
        """
        CREATE TABLE IF NOT EXISTS %s (
          tenant VARCHAR(256) NOT NULL,
          id VARCHAR(256) NOT NULL,
          attained_nanos BIGINT NOT NULL,
          critical_path_nanos BIGINT NOT NULL,
          waited_nanos BIGINT NOT NULL,
          ended_calls BIGINT NOT NULL,
          saved_millis BIGINT NOT NULL,
          format SMALLINT NOT NULL,
          details %s NOT NULL,
          PRIMARY KEY (tenant, id))
        """
            .formatted(dialect.programs(), dialect.bytes()),
        "CREATE INDEX IF NOT EXISTS %1$s_by_age ON %1$s (saved_millis)"
            .formatted(dialect.programs()),
        "CREATE TABLE IF NOT EXISTS %s (version INT NOT NULL)".formatted(dialect.versions()),
        "INSERT INTO %1$s SELECT %2$d WHERE NOT EXISTS (SELECT 1 FROM %1$s)"
            .formatted(dialect.versions(), VERSION));
  }

  /// @return zero when there are no tables yet
  private int version(Connection connection) throws SQLException {
    if (!isThere(connection)) {
      return 0;
    }
    try (var statement = connection.createStatement();
        var found = statement.executeQuery("SELECT MAX(version) FROM " + dialect.versions())) {
      int version = found.next() ? found.getInt(1) : 0;
      if (version > VERSION) {
        throw new SQLException(
            "these programs were stored by a newer Troupe (schema %d, this one knows %d); run that one, or give this one another database"
                .formatted(version, VERSION));
      }
      return version;
    }
  }

  private boolean isThere(Connection connection) throws SQLException {
    try (var select =
        connection.prepareStatement(
            """
            SELECT 1 FROM information_schema.tables
            WHERE table_schema = current_schema AND LOWER(table_name) = ?
            """)) {
      select.setString(1, dialect.versions());
      try (var found = select.executeQuery()) {
        return found.next();
      }
    }
  }
}
