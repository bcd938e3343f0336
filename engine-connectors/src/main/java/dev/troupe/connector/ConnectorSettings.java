package dev.troupe.connector;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The section `troupe.connector`.
///
/// @param probeTimeout how long an engine may take to say how it is
public record ConnectorSettings(Duration probeTimeout) {

  public ConnectorSettings {
    if (probeTimeout.isZero() || probeTimeout.isNegative()) {
      throw new IllegalArgumentException("troupe.connector.probe-timeout must be positive");
    }
  }

  public static ConnectorSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.connector");
    return new ConnectorSettings(section.duration("probe-timeout"));
  }
}
