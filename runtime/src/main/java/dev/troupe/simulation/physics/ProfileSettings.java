package dev.troupe.simulation.physics;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The `troupe.simulation.profiles` section of `simulation.conf`: the engines that can be simulated.
///
/// @param profiles by name
public record ProfileSettings(Map<String, EngineProfile> profiles) {

  private static final String PATH = "troupe.simulation.profiles";
  private static final double PICOS_PER_MICRO = 1e6;

  public ProfileSettings {
    profiles = Map.copyOf(profiles);
  }

  /// Those that ship with the product.
  public static ProfileSettings shipped() {
    return of(
        ConfigFactory.parseResources(
                ProfileSettings.class.getClassLoader(),
                "simulation.conf",
                ConfigParseOptions.defaults().setAllowMissing(false))
            .resolve());
  }

  /// @throws IllegalArgumentException naming the key that is missing or invalid
  public static ProfileSettings of(Config config) {
    var section = config.getConfig(PATH);
    var profiles = new TreeMap<String, EngineProfile>();
    for (var key : section.root().keySet()) {
      try {
        profiles.put(key, profile(key, section.getConfig(ConfigUtil.joinPath(key))));
      } catch (ConfigException | IllegalArgumentException invalid) {
        throw new IllegalArgumentException(PATH + "." + key + ": " + invalid.getMessage(), invalid);
      }
    }
    return new ProfileSettings(profiles);
  }

  /// @throws IllegalArgumentException with the names there are, when there is none of this name
  public EngineProfile profile(String name) {
    return Optional.ofNullable(profiles.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no engine profile "
                    + name
                    + "; there are "
                    + String.join(", ", new TreeMap<>(profiles).keySet())));
  }

  private static EngineProfile profile(String name, Config section) {
    return new EngineProfile(
        name,
        stepTime(section.getConfig("step-micros")),
        section.getLong("kv-tokens"),
        section.getInt("context-tokens"),
        section.getInt("step-tokens"),
        section.getInt("max-sequences"),
        order(section.getString("order")));
  }

  private static EngineOrder order(String name) {
    return Arrays.stream(EngineOrder.values())
        .filter(order -> order.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("order: expected arrival or priority, not " + name));
  }

  private static StepTime stepTime(Config section) {
    return new StepTime(
        picos(section, "floor"),
        picos(section, "per-token"),
        picos(section, "saturated-per-token"),
        picos(section, "kv-read-per-token"),
        picos(section, "attention-per-pair"),
        picos(section, "overhead"));
  }

  private static long picos(Config section, String key) {
    return Math.round(section.getDouble(key) * PICOS_PER_MICRO);
  }
}
