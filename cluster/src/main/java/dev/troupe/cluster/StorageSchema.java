package dev.troupe.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/// Tables that belong together: made where they are missing, refused where they are newer than this
/// version of Troupe. Any number of nodes may do so at once.
final class StorageSchema {

  private static final int PROGRAMS_VERSION = 1;
  private static final int RUNS_VERSION = 1;
  private static final int SCHEDULES_VERSION = 1;
  private static final int DELIVERIES_VERSION = 1;
  private static final int ATTEMPTS = 5;

  private final SqlDialect dialect;
  private final String content;
  private final String versions;
  private final int version;
  private final List<String> tables;

  private StorageSchema(
      SqlDialect dialect, String content, String versions, int version, List<String> tables) {
    this.dialect = dialect;
    this.content = content;
    this.versions = versions;
    this.version = version;
    this.tables = tables;
  }

  /// The tables of [ProgramTable].
  static StorageSchema programs(SqlDialect dialect) {
    return new StorageSchema(
        dialect,
        "programs",
        dialect.versions(),
        PROGRAMS_VERSION,
        List.of(
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
                .formatted(dialect.programs())));
  }

  /// The tables of [RunTable]. They have a version of their own: a node of an earlier build, which knows
  /// nothing of them, goes on with the others.
  static StorageSchema runs(SqlDialect dialect) {
    return new StorageSchema(
        dialect,
        "runs",
        dialect.runs() + "_schema",
        RUNS_VERSION,
        List.of(
            """
            CREATE TABLE IF NOT EXISTS %s (
              tenant VARCHAR(256) NOT NULL,
              id VARCHAR(256) NOT NULL,
              state VARCHAR(32) NOT NULL,
              is_over BOOLEAN NOT NULL,
              created_millis BIGINT NOT NULL,
              updated_millis BIGINT NOT NULL,
              details %s NOT NULL,
              PRIMARY KEY (tenant, id))
            """
                .formatted(dialect.runs(), dialect.bytes()),
            "CREATE INDEX IF NOT EXISTS %1$s_by_age ON %1$s (tenant, created_millis, id)"
                .formatted(dialect.runs()),
            "CREATE INDEX IF NOT EXISTS %1$s_open ON %1$s (is_over, updated_millis)"
                .formatted(dialect.runs()),
            """
            CREATE TABLE IF NOT EXISTS %s_entry (
              tenant VARCHAR(256) NOT NULL,
              run VARCHAR(256) NOT NULL,
              number BIGINT NOT NULL,
              part INT NOT NULL,
              content %s NOT NULL,
              PRIMARY KEY (tenant, run, number, part))
            """
                .formatted(dialect.runs(), dialect.bytes())));
  }

  /// The table of [ScheduleTable], with a version of its own.
  static StorageSchema schedules(SqlDialect dialect) {
    return new StorageSchema(
        dialect,
        "schedules",
        dialect.runs() + "_schedule_schema",
        SCHEDULES_VERSION,
        List.of(
            """
            CREATE TABLE IF NOT EXISTS %1$s_schedule (
              tenant VARCHAR(256) NOT NULL,
              id VARCHAR(256) NOT NULL,
              content %2$s NOT NULL,
              past %2$s NOT NULL,
              PRIMARY KEY (tenant, id))
            """
                .formatted(dialect.runs(), dialect.bytes())));
  }

  /// The table of [DeliveryTable]; its version is its own, as it came later.
  static StorageSchema deliveries(SqlDialect dialect) {
    return new StorageSchema(
        dialect,
        "deliveries to webhooks",
        dialect.runs() + "_delivery_schema",
        DELIVERIES_VERSION,
        List.of(
            """
            CREATE TABLE IF NOT EXISTS %s_delivery (
              tenant VARCHAR(256) NOT NULL,
              run VARCHAR(256) NOT NULL,
              delivered BIGINT NOT NULL,
              PRIMARY KEY (tenant, run))
            """
                .formatted(dialect.runs())));
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
    return Stream.concat(
            tables.stream(),
            Stream.of(
                "CREATE TABLE IF NOT EXISTS %s (version INT NOT NULL)".formatted(versions),
                "INSERT INTO %1$s SELECT %2$d WHERE NOT EXISTS (SELECT 1 FROM %1$s)"
                    .formatted(versions, version)))
        .toList();
  }

  /// @return zero when there are no tables yet
  private int version(Connection connection) throws SQLException {
    if (!isThere(connection)) {
      return 0;
    }
    try (var statement = connection.createStatement();
        var found = statement.executeQuery("SELECT MAX(version) FROM " + versions)) {
      int there = found.next() ? found.getInt(1) : 0;
      if (there > version) {
        throw new SQLException(
            "these %s were stored by a newer Troupe (schema %d, this one knows %d); run that one, or give this one another database"
                .formatted(content, there, version));
      }
      return there;
    }
  }

  private boolean isThere(Connection connection) throws SQLException {
    try (var select =
        connection.prepareStatement(
            """
            SELECT 1 FROM information_schema.tables
            WHERE table_schema = current_schema AND LOWER(table_name) = ?
            """)) {
      select.setString(1, versions);
      try (var found = select.executeQuery()) {
        return found.next();
      }
    }
  }
}
