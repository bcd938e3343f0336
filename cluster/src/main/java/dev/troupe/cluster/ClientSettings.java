package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import dev.troupe.program.Tenant;
import java.time.Duration;

/// The `troupe.client` section of the configuration.
///
/// @param tenant who pays where the application does not say
/// @param deadline from making a call to its end
/// @param outputTokens expected of a call that does not allow fewer
/// @param bytesPerToken of a prompt
/// @param askTimeout how long a question about a program may take
/// @param drainLimit how long open calls may go on when their node shuts down
public record ClientSettings(
    Tenant tenant,
    Duration deadline,
    int outputTokens,
    double bytesPerToken,
    Duration askTimeout,
    Duration drainLimit) {

  private static final SettingRules RULES = new SettingRules("troupe.client");

  public ClientSettings {
    RULES.requirePositive("deadline", deadline);
    RULES.requireAtLeast(1, "expected-output-tokens", outputTokens);
    RULES.require(bytesPerToken > 0, "bytes-per-token", "more than 0", bytesPerToken);
    RULES.requirePositive("ask-timeout", askTimeout);
    RULES.requirePositive("drain-limit", drainLimit);
  }

  public static ClientSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.client");
    return new ClientSettings(
        new Tenant(section.text("tenant")),
        section.duration("deadline"),
        section.number("expected-output-tokens"),
        section.decimal("bytes-per-token"),
        section.duration("ask-timeout"),
        section.duration("drain-limit"));
  }
}
