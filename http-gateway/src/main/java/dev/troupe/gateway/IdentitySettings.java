package dev.troupe.gateway;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// How programs are recognized; section `troupe.identity`.
///
/// @param acceptTraceparent whether the trace of a request names its program, when nothing better
///     does
/// @param guessByPrefix whether a request without any identity is matched with what was relayed
/// @param maxRemembered entries kept of relayed requests and answers, over all tenants
/// @param rememberFor how long an entry is kept without use
record IdentitySettings(
    boolean acceptTraceparent, boolean guessByPrefix, long maxRemembered, Duration rememberFor) {

  IdentitySettings {
    if (maxRemembered < 0) {
      throw new IllegalArgumentException(
          "troupe.identity.max-remembered must not be negative, is " + maxRemembered);
    }
    if (!rememberFor.isPositive()) {
      throw new IllegalArgumentException(
          "troupe.identity.remember-for must be positive, is " + rememberFor);
    }
  }

  static IdentitySettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.identity");
    return new IdentitySettings(
        section.flag("accept-traceparent"),
        section.flag("guess-by-prefix"),
        section.longNumber("max-remembered"),
        section.duration("remember-for"));
  }
}
