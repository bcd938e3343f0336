package dev.troupe.gateway;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// How gateways tell each other what they remember; section `troupe.identity.gateways`.
///
/// @param linger the least time between two messages to one gateway, unless these are full
/// @param maxUntold things held for another gateway that does not take them
/// @param answerWait the longest that a request waits for being told of the answer it follows
record SharingSettings(Duration linger, int maxUntold, Duration answerWait) {

  private static final String SECTION = "troupe.identity.gateways";

  SharingSettings {
    check("linger", linger.isPositive(), "longer than 0");
    check("max-untold", maxUntold > 0, "more than 0");
    check("answer-wait", !answerWait.isNegative(), "0 or longer");
  }

  static SharingSettings of(Config config) {
    var section = SettingsReader.of(config, SECTION);
    return new SharingSettings(
        section.duration("linger"), section.number("max-untold"), section.duration("answer-wait"));
  }

  private static void check(String key, boolean isFine, String expected) {
    if (!isFine) {
      throw new IllegalArgumentException(SECTION + "." + key + ": expected " + expected);
    }
  }
}
