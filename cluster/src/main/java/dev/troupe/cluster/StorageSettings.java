package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/// The `troupe.storage` section of the configuration.
///
/// @param directory holds the database file, where no URL is given
/// @param url of a shared database; empty for the file
/// @param login for the shared database
/// @param connectTimeout how long a connection may take to be made
/// @param answerTimeout how long the database may take over one batch or one question
/// @param threads that wait for the database, and connections to it
/// @param flushInterval from a change to the writing of it
/// @param maxBatch programs written in one transaction
/// @param keptCalls ended calls that are kept of a program
/// @param keptOpenCalls open calls that are kept of a program
/// @param maxUnsaved programs held in memory until they are written
/// @param loadTimeout how long a program waits for its stored standing
/// @param minBackoff pause after a first failed attempt
/// @param maxBackoff the longest pause
/// @param retention how long a program is kept that nothing happens to
/// @param expiryInterval how often such programs are looked for
public record StorageSettings(
    Path directory,
    String url,
    Login login,
    Duration connectTimeout,
    Duration answerTimeout,
    int threads,
    Duration flushInterval,
    int maxBatch,
    int keptCalls,
    int keptOpenCalls,
    int maxUnsaved,
    Duration loadTimeout,
    Duration minBackoff,
    Duration maxBackoff,
    Duration retention,
    Duration expiryInterval) {

  private static final SettingRules RULES = new SettingRules("troupe.storage");

  /// Who asks a database. Does not show its password.
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /// The pool of connections takes nothing shorter.
  private static final Duration SHORTEST_CONNECT = Duration.ofMillis(250);

  private static final Pattern PASSWORD = Pattern.compile("(?i)[?&;:/]password=|//[^/?]*:[^/?]*@");

  /// Where the threads that wait for the database are configured.
  static final String DISPATCHER = "troupe.storage.dispatcher";

  public StorageSettings {
    if (PASSWORD.matcher(url).find()) {
      throw new IllegalArgumentException(
          "troupe.storage.url: must hold no password; say it in troupe.storage.password, or in TROUPE_STORAGE_PASSWORD");
    }
    RULES.require(
        StorageKind.of(url) == StorageKind.H2_FILE || !login.user().isBlank(),
        "user",
        "a user where url is set",
        "none");
    RULES.require(
        connectTimeout.compareTo(SHORTEST_CONNECT) >= 0,
        "connect-timeout",
        "250ms or more",
        connectTimeout);
    RULES.requirePositive("answer-timeout", answerTimeout);
    RULES.requireAtLeast(2, "threads", threads);
    RULES.requirePositive("flush-interval", flushInterval);
    RULES.requireAtLeast(1, "max-batch", maxBatch);
    RULES.requireAtLeast(0, "kept-calls", keptCalls);
    RULES.requireAtLeast(0, "kept-open-calls", keptOpenCalls);
    RULES.requireAtLeast(1, "max-unsaved", maxUnsaved);
    RULES.requirePositive("load-timeout", loadTimeout);
    RULES.requirePositive("min-backoff", minBackoff);
    RULES.require(
        maxBackoff.compareTo(minBackoff) >= 0,
        "max-backoff",
        "no less than min-backoff",
        maxBackoff);
    RULES.requirePositive("retention", retention);
    RULES.requirePositive("expiry-interval", expiryInterval);
  }

  public static StorageSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.storage");
    return new StorageSettings(
        directoryNamed(section.text("directory")),
        section.text("url").strip(),
        new Login(section.text("user"), section.text("password")),
        section.duration("connect-timeout"),
        section.duration("answer-timeout"),
        section.number("threads"),
        section.duration("flush-interval"),
        section.number("max-batch"),
        section.number("kept-calls"),
        section.number("kept-open-calls"),
        section.number("max-unsaved"),
        section.duration("load-timeout"),
        section.duration("min-backoff"),
        section.duration("max-backoff"),
        section.duration("retention"),
        section.duration("expiry-interval"));
  }

  /// The database that the URL names.
  public StorageKind kind() {
    return StorageKind.of(url);
  }

  /// How long to wait after that many failures in a row.
  Duration backoff(int failures) {
    // A shift by more than 30 would overflow the multiplier.
    var doubled = minBackoff.multipliedBy(1L << Math.min(failures - 1, 30));
    return doubled.compareTo(maxBackoff) < 0 ? doubled : maxBackoff;
  }

  private static Path directoryNamed(String name) {
    RULES.require(!name.isBlank(), "directory", "a folder", "a blank");
    var path =
        name.startsWith("~/")
            ? Path.of(System.getProperty("user.home"), name.substring(2))
            : Path.of(name);
    return path.toAbsolutePath();
  }
}
