package dev.troupe.embedded;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// The `troupe.embedded-engine` section of the configuration.
///
/// @param model a GGUF file in place of the pinned model
/// @param modelName what clients call the model; when empty the file says
/// @param slots calls it runs at once
/// @param contextTokens tokens of prompt and answer that one call may have
/// @param threads processors it computes on; when empty half of what there is
/// @param promptCacheMebibytes memory for prompts that have left their slot
/// @param python interpreter to use; when empty one from the search path
/// @param startTimeout how long loading may take
/// @param stopGrace how long it may take to end before it is killed
public record EmbeddedEngineSettings(
    Enabled enabled,
    Optional<Path> model,
    Optional<String> modelName,
    int slots,
    int contextTokens,
    OptionalInt threads,
    int promptCacheMebibytes,
    Optional<Path> python,
    Duration startTimeout,
    Duration stopGrace,
    RestartSettings restarts) {

  private static final SettingRules RULES = new SettingRules("troupe.embedded-engine");

  /// Whether the node runs the engine.
  public enum Enabled {
    /// When no other engine is configured.
    AUTO,
    ON,
    OFF
  }

  public EmbeddedEngineSettings {
    RULES.requireAtLeast(1, "slots", slots);
    RULES.requireAtLeast(256, "context-tokens", contextTokens);
    RULES.require(
        threads.isEmpty() || threads.getAsInt() > 0,
        "threads",
        "auto, or 1 or more",
        threads.orElse(1));
    RULES.requireAtLeast(0, "prompt-cache", promptCacheMebibytes);
    RULES.requirePositive("start-timeout", startTimeout);
    RULES.requireNotNegative("stop-grace", stopGrace);
  }

  public static EmbeddedEngineSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.embedded-engine");
    return new EmbeddedEngineSettings(
        enabledNamed(section.text("enabled")),
        text(section, "model").map(Path::of),
        text(section, "model-name"),
        section.number("slots"),
        section.number("context-tokens"),
        section.numberOrAuto("threads"),
        (int) (section.bytes("prompt-cache") >> 20),
        text(section, "python").map(Path::of),
        section.duration("start-timeout"),
        section.duration("stop-grace"),
        RestartSettings.of(section.section("restart")));
  }

  /// Whether the engine is to run.
  ///
  /// @param hasOtherEngines whether the configuration names engines of the user's
  public boolean runs(boolean hasOtherEngines) {
    return switch (enabled) {
      case AUTO -> !hasOtherEngines;
      case ON -> true;
      case OFF -> false;
    };
  }

  /// Processors to compute on, of those there are. Half: the gateway needs some too, and computing
  /// threads that must share a processor wait for each other at every layer.
  int threadsOf(int processors) {
    return threads.orElse(Math.max(1, processors / 2));
  }

  private static Optional<String> text(SettingsReader section, String key) {
    return Optional.of(section.text(key)).filter(text -> !text.isBlank());
  }

  private static Enabled enabledNamed(String name) {
    try {
      return Enabled.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      // HOCON reads `on` and `off` as they are written, but `true` and `false` are as good.
      return switch (name) {
        case "true", "yes" -> Enabled.ON;
        case "false", "no" -> Enabled.OFF;
        case String other ->
            throw new IllegalArgumentException(
                "troupe.embedded-engine.enabled: expected auto, on or off, not " + other);
      };
    }
  }

  /// How often and how fast the engine is started again when it has died.
  ///
  /// @param minBackoff wait before the first restart; doubles with each that follows soon
  /// @param attempts deaths in a row after which it stays down
  /// @param healthyAfter serving for so long makes the next death the first again
  public record RestartSettings(
      Duration minBackoff, Duration maxBackoff, int attempts, Duration healthyAfter) {

    public RestartSettings {
      RULES.requirePositive("restart.min-backoff", minBackoff);
      RULES.require(
          maxBackoff.compareTo(minBackoff) >= 0,
          "restart.max-backoff",
          "no less than restart.min-backoff",
          maxBackoff);
      RULES.requireAtLeast(0, "restart.attempts", attempts);
      RULES.requirePositive("restart.healthy-after", healthyAfter);
    }

    static RestartSettings of(SettingsReader section) {
      return new RestartSettings(
          section.duration("min-backoff"),
          section.duration("max-backoff"),
          section.number("attempts"),
          section.duration("healthy-after"));
    }

    /// How long to wait before the next start; empty when there have been enough.
    ///
    /// @param deaths in a row, this one included
    public Optional<Duration> backoff(int deaths) {
      if (deaths > attempts) {
        return Optional.empty();
      }
      long factor = 1L << Math.min(30, deaths - 1);
      var wait = minBackoff.multipliedBy(factor);
      return Optional.of(wait.compareTo(maxBackoff) < 0 ? wait : maxBackoff);
    }

    /// Deaths in a row after one more.
    ///
    /// @param before deaths in a row so far
    /// @param servedNanos how long the engine had served this time
    public int deathsAfter(int before, long servedNanos) {
      return servedNanos >= healthyAfter.toNanos() ? 1 : before + 1;
    }
  }
}
