package dev.troupe.cluster;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Locale;

/// The connections to the database of the settings: opened when they are first asked for, given up
/// where the database does not answer in time.
final class DatabaseConnections {

  /// Has no password: the file's protection is its folder's.
  static final String FILE_USER = "troupe";

  private DatabaseConnections() {}

  static HikariDataSource to(StorageSettings settings) {
    var pool = new HikariDataSource();
    pool.setPoolName("storage");
    pool.setMaximumPoolSize(settings.threads());
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(settings.connectTimeout().toMillis());
    pool.setValidationTimeout(settings.connectTimeout().toMillis());
    // A node starts without its database.
    pool.setInitializationFailTimeout(-1);
    switch (settings.kind()) {
      case H2_FILE -> file(pool, settings);
      case H2_SERVER -> server(pool, settings);
      case POSTGRESQL -> postgresql(pool, settings);
    }
    return pool;
  }

  /// Whoever commits writes to the file, and waits until it has. With any delay, H2 has threads of its own
  /// that write: what these have taken and not written yet is, to a commit, written already.
  private static final int WRITE_DELAY_MILLIS = 0;

  /// Every statement that fails, such as the first question to a new file, would leave a file of H2's own
  /// beside ours: what is worth telling, our log has.
  private static final int TRACE_LEVEL = 0;

  /// The file in the settings' folder. A transaction is in it once it is committed; old parts of it
  /// are used again soon, since it changes all the time. Our own shutdown closes it, after the last
  /// batch.
  static String fileUrl(StorageSettings settings) {
    var file = settings.directory().resolve("programs").toString().replace(";", "\\;");
    return "jdbc:h2:file:"
        + file
        + ";WRITE_DELAY="
        + WRITE_DELAY_MILLIS
        + ";TRACE_LEVEL_FILE="
        + TRACE_LEVEL
        + ";RETENTION_TIME=2000;DB_CLOSE_ON_EXIT=FALSE;CACHE_SIZE=16384";
  }

  private static void file(HikariConfig pool, StorageSettings settings) {
    pool.setJdbcUrl(fileUrl(settings));
    pool.setUsername(FILE_USER);
    pool.setPassword("");
    // The file would be closed with its last connection.
    pool.setMaxLifetime(0);
    pool.setIdleTimeout(0);
  }

  private static void server(HikariConfig pool, StorageSettings settings) {
    long answerMillis = settings.answerTimeout().toMillis();
    var url = new StringBuilder(settings.url());
    appendTo(url, "WRITE_DELAY", WRITE_DELAY_MILLIS);
    appendTo(url, "RETENTION_TIME", 2_000);
    appendTo(url, "NETWORK_TIMEOUT", answerMillis);
    appendTo(url, "LOCK_TIMEOUT", answerMillis);
    pool.setJdbcUrl(url.toString());
    pool.setUsername(settings.login().user());
    pool.setPassword(settings.login().password());
  }

  /// A setting that the user's own wins over.
  private static void appendTo(StringBuilder url, String setting, long value) {
    if (!url.toString().toUpperCase(Locale.ROOT).contains(";" + setting + "=")) {
      url.append(';').append(setting).append('=').append(value);
    }
  }

  /// What the user's URL says wins over these.
  private static void postgresql(HikariConfig pool, StorageSettings settings) {
    pool.setJdbcUrl(settings.url());
    pool.setUsername(settings.login().user());
    pool.setPassword(settings.login().password());
    pool.addDataSourceProperty("ApplicationName", "troupe");
    pool.addDataSourceProperty("connectTimeout", seconds(settings.connectTimeout()));
    pool.addDataSourceProperty("socketTimeout", seconds(settings.answerTimeout()));
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    pool.addDataSourceProperty("reWriteBatchedInserts", "true");
    // What we no longer wait for, the server gives up too, with its locks. So it does with
    // what a node has begun that is cut off before it commits: nobody else could write those
    // rows for hours.
    long answerMillis = settings.answerTimeout().toMillis();
    pool.setConnectionInitSql(
        "SET statement_timeout = %d; SET idle_in_transaction_session_timeout = %d"
            .formatted(answerMillis, answerMillis));
  }

  /// The driver counts in whole seconds, and 0 means for ever.
  private static String seconds(Duration duration) {
    return Long.toString(duration.plusMillis(999).toSeconds());
  }
}
