package dev.troupe.connector;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.transport` section of the configuration.
///
/// @param eventLoops threads that carry all bytes from and to engines
/// @param connectTimeout how long an engine may take to accept a connection
/// @param keepAlive how long a connection may lie idle before it is closed
/// @param readAheadBytes how much of one answer is held here while its reader is slow
public record TransportSettings(
    int eventLoops, Duration connectTimeout, Duration keepAlive, int readAheadBytes) {

  private static final SettingRules RULES = new SettingRules("troupe.transport");

  public TransportSettings {
    RULES.requireAtLeast(1, "event-loops", eventLoops);
    RULES.requirePositive("connect-timeout", connectTimeout);
    RULES.requirePositive("keep-alive", keepAlive);
    RULES.require(readAheadBytes > 0, "read-ahead", "1 byte or more", readAheadBytes);
  }

  public static TransportSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.transport");
    return new TransportSettings(
        section.number("event-loops"),
        section.duration("connect-timeout"),
        section.duration("keep-alive"),
        section.smallBytes("read-ahead"));
  }
}
