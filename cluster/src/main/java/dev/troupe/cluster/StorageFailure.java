package dev.troupe.cluster;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Optional;

/// Why storage fails, in one line for those who can mend it.
final class StorageFailure {

  private StorageFailure() {}

  /// What lies at the bottom says most: a pool only says that it has no connection.
  static String text(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    var message = Optional.ofNullable(root.getMessage()).orElseGet(root::toString);
    var line = message.lines().findFirst().orElse(message);
    return hint(failure).map(hint -> line + "; " + hint).orElse(line);
  }

  private static Optional<String> hint(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return Optional.of("the database is silent, or its host cannot be reached");
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        switch (sql.getSQLState()) {
          case "28000", "28P01" -> {
            return Optional.of(
                "see troupe.storage.user and troupe.storage.password (TROUPE_STORAGE_PASSWORD)");
          }
          case "3D000" -> {
            return Optional.of("the database of troupe.storage.url has to be made first");
          }
          case "25006" -> {
            return Optional.of(
                "a standby answers; name all servers in troupe.storage.url, with ?targetServerType=primary");
          }
          default -> {}
        }
      }
    }
    return Optional.empty();
  }
}
