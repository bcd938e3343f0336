package dev.troupe.actor;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.troupe.program.SettingsReader;
import dev.troupe.run.Prices;
import dev.troupe.run.Prices.Price;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What models cost and which plays which role, as the configuration has it, or a file beside it that may
/// change while the node runs.
final class PriceSettings {

  private static final String NOTHING = "models = []\nroles {}";
  private static final Set<String> KEYS =
      Set.of("name", "input", "cached-input", "output", "context-tokens");
  private static final double DEAREST = 1_000;
  private static final int MICROS = 1_000_000;

  private PriceSettings() {}

  /// @param section with `models` and `roles`
  static Prices of(SettingsReader section, String currency) {
    var models = new HashMap<String, Price>();
    for (var entry : section.sections("models")) {
      entry.expectOnly(KEYS);
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
    return new Prices(currency, models, Map.copyOf(roles));
  }

  /// Blocks while it reads the file.
  ///
  /// @throws IllegalArgumentException in one line, if the file is not there or not to be understood
  static Prices ofFile(Path file, String currency) {
    try {
      var read =
          ConfigFactory.parseFile(
                  file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
              .withFallback(ConfigFactory.parseString(NOTHING))
              .resolve();
      return of(SettingsReader.of(read.atPath("file"), "file"), currency);
    } catch (ConfigException | IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          file + ": " + String.valueOf(wrong.getMessage()).lines().findFirst().orElse(""), wrong);
    }
  }

  private static long micros(SettingsReader entry, String key) {
    double price = entry.decimal(key);
    if (!(price >= 0 && price <= DEAREST)) {
      throw new IllegalArgumentException(
          entry.path(key) + ": expected the price of a million tokens, 0 to 1000, not " + price);
    }
    return Math.round(price * MICROS);
  }
}
