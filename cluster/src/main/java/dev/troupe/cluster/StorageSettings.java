package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;

/// The `troupe.storage` section of the configuration.
///
/// @param directory holds the database file
/// @param flushInterval from a change to the writing of it
/// @param maxBatch programs written in one transaction
/// @param keptCalls ended calls that are kept of a program
/// @param maxUnsaved programs held in memory until they are written
/// @param loadTimeout how long a program waits for its stored standing
/// @param minBackoff pause after a first failed attempt
/// @param maxBackoff the longest pause
/// @param retention how long a program is kept that nothing happens to
/// @param expiryInterval how often such programs are looked for
public record StorageSettings(
    Path directory,
    Duration flushInterval,
    int maxBatch,
    int keptCalls,
    int maxUnsaved,
    Duration loadTimeout,
    Duration minBackoff,
    Duration maxBackoff,
    Duration retention,
    Duration expiryInterval) {

  /// Where the threads that wait for the disk are configured.
  static final String DISPATCHER = "troupe.storage.dispatcher";

  public StorageSettings {
    requirePositive(flushInterval, "flush-interval");
    require(maxBatch > 0, "max-batch", maxBatch);
    require(keptCalls >= 0, "kept-calls", keptCalls);
    require(maxUnsaved > 0, "max-unsaved", maxUnsaved);
    requirePositive(loadTimeout, "load-timeout");
    requirePositive(minBackoff, "min-backoff");
    require(maxBackoff.compareTo(minBackoff) >= 0, "max-backoff", maxBackoff);
    requirePositive(retention, "retention");
    requirePositive(expiryInterval, "expiry-interval");
  }

  public static StorageSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.storage");
    return new StorageSettings(
        directoryNamed(section.text("directory")),
        section.duration("flush-interval"),
        section.number("max-batch"),
        section.number("kept-calls"),
        section.number("max-unsaved"),
        section.duration("load-timeout"),
        section.duration("min-backoff"),
        section.duration("max-backoff"),
        section.duration("retention"),
        section.duration("expiry-interval"));
  }

  /// How long to wait after that many failures in a row.
  Duration backoff(int failures) {
    // A shift by more than 30 would overflow the multiplier.
    var doubled = minBackoff.multipliedBy(1L << Math.min(failures - 1, 30));
    return doubled.compareTo(maxBackoff) < 0 ? doubled : maxBackoff;
  }

  private static Path directoryNamed(String name) {
    require(!name.isBlank(), "directory", name);
    var path =
        name.startsWith("~/")
            ? Path.of(System.getProperty("user.home"), name.substring(2))
            : Path.of(name);
    return path.toAbsolutePath();
  }

  private static void requirePositive(Duration duration, String key) {
    require(duration.isPositive(), key, duration);
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException("troupe.storage." + key + ": cannot be " + value);
    }
  }
}
