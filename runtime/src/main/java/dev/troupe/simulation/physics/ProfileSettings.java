package dev.troupe.simulation.physics;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The `troupe.simulation.profiles` section of `simulation.conf` and of a user's file: the engines
/// that can be simulated.
///
/// @param profiles by name
public record ProfileSettings(Map<String, EngineProfile> profiles) {

  /// Where profiles stand.
  public static final String PATH = "troupe.simulation.profiles";

  private static final double PICOS_PER_MICRO = 1e6;
  private static final Set<String> KEYS =
      Set.of("step-micros", "kv-tokens", "context-tokens", "step-tokens", "max-sequences", "order");
  private static final Set<String> STEP_KEYS =
      Set.of(
          "floor",
          "per-token",
          "saturated-per-token",
          "kv-read-per-token",
          "attention-per-pair",
          "overhead");

  /// Below that, a token would cost nothing in the whole nanoseconds of a node's prices.
  private static final double LEAST_MICROS = 0.001;

  /// A second: no step of a batch takes so long, and sums of more would overflow.
  private static final double MOST_MICROS = 1e6;

  /// Of what is counted for each token of all contexts.
  private static final double MOST_MICROS_OF_CONTEXT = 100;

  public ProfileSettings {
    profiles = Map.copyOf(profiles);
  }

  /// Those that ship with the product.
  public static ProfileSettings shipped() {
    return over(ConfigFactory.empty());
  }

  /// Those of a user's configuration, and those that ship. A user's may refer to them, and change
  /// them.
  ///
  /// @throws IllegalArgumentException naming the key that is missing or invalid
  /// @throws com.typesafe.config.ConfigException when something refers to what does not exist
  public static ProfileSettings over(Config user) {
    var shipped =
        ConfigFactory.parseResources(
            ProfileSettings.class.getClassLoader(),
            "simulation.conf",
            ConfigParseOptions.defaults().setAllowMissing(false));
    return of(ConfigFactory.load(user.withFallback(shipped)));
  }

  private static ProfileSettings of(Config config) {
    var section = SettingsReader.of(config, PATH);
    var profiles = new TreeMap<String, EngineProfile>();
    for (var name : section.keys()) {
      profiles.put(name, profile(name, section.section(ConfigUtil.joinPath(name))));
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

  private static EngineProfile profile(String name, SettingsReader section) {
    section.expectOnly(KEYS);
    var rules = new SettingRules(PATH);
    rules.require(name.matches("\\S+"), "\"" + name + "\"", "a name without blanks", name);
    int maxSequences = section.number("max-sequences", 1, Integer.MAX_VALUE - 1);
    return new EngineProfile(
        name,
        stepTime(section.section("step-micros")),
        kvTokens(section),
        // A token of a prompt, and one of its output.
        section.number("context-tokens", 2, Integer.MAX_VALUE),
        // A token of each call, and some of a prompt.
        section.number("step-tokens", maxSequences + 1, Integer.MAX_VALUE),
        maxSequences,
        order(section));
  }

  private static long kvTokens(SettingsReader section) {
    long tokens = section.longNumber("kv-tokens");
    if (tokens < EngineProfile.BLOCK_TOKENS) {
      throw new IllegalArgumentException(
          section.path("kv-tokens")
              + ": expected "
              + EngineProfile.BLOCK_TOKENS
              + " or more, not "
              + tokens);
    }
    return tokens;
  }

  private static EngineOrder order(SettingsReader section) {
    var name = section.text("order");
    return Arrays.stream(EngineOrder.values())
        .filter(order -> order.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                section.path("order") + ": expected arrival or priority, not " + name));
  }

  private static StepTime stepTime(SettingsReader section) {
    section.expectOnly(STEP_KEYS);
    return new StepTime(
        picos(section, "floor", LEAST_MICROS, MOST_MICROS),
        picos(section, "per-token", 0, MOST_MICROS),
        picos(section, "saturated-per-token", LEAST_MICROS, MOST_MICROS),
        picos(section, "kv-read-per-token", 0, MOST_MICROS_OF_CONTEXT),
        picos(section, "attention-per-pair", 0, MOST_MICROS_OF_CONTEXT),
        picos(section, "overhead", 0, MOST_MICROS));
  }

  private static long picos(SettingsReader section, String key, double least, double most) {
    double micros = section.decimal(key);
    if (!(micros >= least && micros <= most)) {
      throw new IllegalArgumentException(
          "%s: expected a number of microseconds from %s to %s, not %s"
              .formatted(section.path(key), least, most, micros));
    }
    return Math.round(micros * PICOS_PER_MICRO);
  }
}
