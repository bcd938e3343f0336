package dev.troupe.engine;

import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The `troupe.engine.window` section of the configuration.
///
/// @param startSlots calls in flight to begin with, where an engine reports neither its slots nor its
///     KV cache
/// @param maxSlots calls in flight at most, on any engine
/// @param shrinkFactor what is left of the window when the engine is overloaded, 0–1
/// @param maxEngineWaiting calls that may wait in the engine itself
/// @param maxKvUse fraction of the KV cache that may be in use, 0–1
/// @param maxKvOvercommit multiple of the KV cache's capacity that calls in flight may add up to
/// @param maxSlowdown how many times as long a token may take because of the KV cache that the batch
///     around it reads, more than 1; for the scheduler
/// @param passAlike whether calls like those sent lately go though all engines' tokens take that long; for
///     the scheduler
public record WindowSettings(
    Kind kind,
    int startSlots,
    int maxSlots,
    double shrinkFactor,
    int maxEngineWaiting,
    double maxKvUse,
    double maxKvOvercommit,
    double maxSlowdown,
    boolean passAlike) {

  private static final SettingRules RULES = new SettingRules("troupe.engine.window");

  public enum Kind {
    FIXED,
    ADAPTIVE
  }

  public WindowSettings {
    RULES.requireAtLeast(1, "start-slots", startSlots);
    RULES.requireAtLeast(1, "max-slots", maxSlots);
    RULES.require(
        shrinkFactor > 0 && shrinkFactor < 1,
        "shrink-factor",
        "a fraction between 0 and 1",
        shrinkFactor);
    RULES.requireAtLeast(0, "max-engine-waiting", maxEngineWaiting);
    RULES.require(
        maxKvUse > 0 && maxKvUse <= 1, "max-kv-use", "a fraction above 0, up to 1", maxKvUse);
    RULES.require(maxKvOvercommit >= 1, "max-kv-overcommit", "1 or more", maxKvOvercommit);
    RULES.require(maxSlowdown > 1, "max-slowdown", "more than 1", maxSlowdown);
  }

  static WindowSettings of(SettingsReader section) {
    return new WindowSettings(
        kindNamed(section.text("kind")),
        section.number("start-slots"),
        section.number("max-slots"),
        section.decimal("shrink-factor"),
        section.number("max-engine-waiting"),
        section.decimal("max-kv-use"),
        section.decimal("max-kv-overcommit"),
        section.decimal("max-slowdown"),
        section.flag("pass-alike"));
  }

  /// The window of one engine.
  ///
  /// @param slots calls the engine runs at once, where that is configured
  /// @param kvTokens tokens its KV cache holds, where that is configured
  public EngineWindow newWindow(OptionalInt slots, OptionalLong kvTokens) {
    return switch (kind) {
      case FIXED -> new FixedWindow(this, slots, kvTokens);
      case ADAPTIVE -> new AdaptiveWindow(this, slots, kvTokens);
    };
  }

  private static Kind kindNamed(String name) {
    for (var kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "troupe.engine.window.kind: expected fixed or adaptive, not " + name);
  }
}
