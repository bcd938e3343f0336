package dev.troupe.actor;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import dev.troupe.run.Prices;
import dev.troupe.run.Prices.Price;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The `troupe.run` section of the configuration.
///
/// @param retention how long a run that is over can be asked for, where its history is not kept
/// @param storedRetention the same where it is kept
/// @param passivateAfter silence after which a run that is over leaves memory, where its history is kept
/// @param wakeInterval how soon a run that was lost with its node goes on
/// @param maxUnkept events of a run that may wait to be kept before even `async` waits for storage
/// @param allowedHosts where web tools may be called: names, `*` for any part of one
/// @param prices what models cost, and which plays which role
public record RunSettings(
    Duration retention,
    Duration storedRetention,
    Duration passivateAfter,
    Duration wakeInterval,
    int maxUnkept,
    List<String> allowedHosts,
    Prices prices) {

  private static final String PATH = "troupe.run";

  public RunSettings {
    require(retention.isPositive(), "retention", retention);
    require(storedRetention.isPositive(), "stored-retention", storedRetention);
    require(passivateAfter.isPositive(), "passivate-after", passivateAfter);
    require(wakeInterval.isPositive(), "wake-interval", wakeInterval);
    require(maxUnkept > 0, "max-unkept", maxUnkept);
    allowedHosts = List.copyOf(allowedHosts);
  }

  public static RunSettings of(Config config) {
    var section = SettingsReader.of(config, PATH);
    return new RunSettings(
        section.duration("retention"),
        section.duration("stored-retention"),
        section.duration("passivate-after"),
        section.duration("wake-interval"),
        section.number("max-unkept"),
        section.texts("allowed-hosts"),
        prices(section));
  }

  private static Prices prices(SettingsReader section) {
    var models = new HashMap<String, Price>();
    for (var entry : section.sections("models")) {
      models.put(
          entry.text("name"),
          new Price(
              micros(entry, "input"),
              entry.has("cached-input") ? micros(entry, "cached-input") : micros(entry, "input"),
              micros(entry, "output"),
              entry.has("context-tokens") ? entry.longNumber("context-tokens") : Long.MAX_VALUE));
    }
    var roles = new HashMap<String, String>();
    for (var role : section.section("roles").keys()) {
      roles.put(role, section.section("roles").text(role));
    }
    return new Prices(section.text("currency"), models, Map.copyOf(roles));
  }

  private static long micros(SettingsReader entry, String key) {
    double price = entry.decimal(key);
    if (!(price >= 0 && price <= 1_000)) {
      throw new IllegalArgumentException(
          entry.path(key) + ": expected the price of a million tokens, 0 to 1000, not " + price);
    }
    return Math.round(price * 1_000_000);
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(PATH + "." + key + ": cannot be " + value);
    }
  }
}
