package dev.troupe.program;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// A section of the configuration, as the settings read it.
///
/// Where a value is not what was asked for, an `IllegalArgumentException` names the whole key, the
/// value, what is expected and where it stands, in one line.
public final class SettingsReader {

  /// Their values are not repeated.
  private static final Set<String> SECRETS =
      Set.of("api-key", "api-keys", "key-password", "password");

  private static final String AUTO = "auto";
  private static final ConfigRenderOptions SHORT = ConfigRenderOptions.concise();

  private final Config section;
  private final String path;

  private SettingsReader(Config section, String path) {
    this.section = section;
    this.path = path;
  }

  /// @param path of the section, such as `troupe.schedule`
  public static SettingsReader of(Config whole, String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0
        ? new SettingsReader(whole, "").section(path)
        : of(whole, path.substring(0, dot)).section(path.substring(dot + 1));
  }

  /// The whole name of a key, for messages.
  public String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /// The keys directly in it.
  public Set<String> keys() {
    return section.root().keySet();
  }

  /// Refuses a key that means nothing here: no default names the keys in an entry of a list, so that one
  /// that is misspelt would have no effect.
  public void expectOnly(Set<String> known) {
    for (var entry : section.root().entrySet()) {
      if (!known.contains(entry.getKey())) {
        throw new IllegalArgumentException(
            path(entry.getKey())
                + ": expected another key, one of "
                + known.stream().sorted().collect(Collectors.joining(", "))
                + " ("
                + entry.getValue().origin().description()
                + ")");
      }
    }
  }

  /// Whether the key has a value.
  public boolean has(String key) {
    return section.hasPath(key);
  }

  public SettingsReader section(String key) {
    return new SettingsReader(read(key, "a section", Config::getConfig), path(key));
  }

  public List<SettingsReader> sections(String key) {
    var entries = new ArrayList<SettingsReader>();
    for (var entry : read(key, "a list of sections", Config::getConfigList)) {
      entries.add(new SettingsReader(entry, path(key) + "[" + entries.size() + "]"));
    }
    return List.copyOf(entries);
  }

  public String text(String key) {
    return read(key, "a text", Config::getString);
  }

  public List<String> texts(String key) {
    return List.copyOf(read(key, "a list of texts", Config::getStringList));
  }

  public boolean flag(String key) {
    return read(key, "on or off", Config::getBoolean);
  }

  public int number(String key) {
    return read(
        key,
        "a whole number of at most " + Integer.MAX_VALUE,
        (from, name) -> whole(from, name).getInt(name));
  }

  /// A whole number within bounds, both included.
  public int number(String key, int least, int most) {
    return read(
        key,
        "a whole number from " + least + " to " + most,
        (from, name) -> {
          int value = whole(from, name).getInt(name);
          if (value < least || value > most) {
            throw new ConfigException.BadValue(name, "out of bounds");
          }
          return value;
        });
  }

  public long longNumber(String key) {
    return read(key, "a whole number", (from, name) -> whole(from, name).getLong(name));
  }

  public double decimal(String key) {
    return read(key, "a number", Config::getDouble);
  }

  /// A time with its unit: the library would take a number alone for milliseconds.
  public Duration duration(String key) {
    return read(
        key,
        "a time such as 500ms, 10s or 2h",
        (from, name) -> {
          if (from.getString(name).strip().matches("(?!0+$)[0-9.]+")) {
            throw new ConfigException.BadValue(name, "no unit");
          }
          return from.getDuration(name);
        });
  }

  public long bytes(String key) {
    return read(key, "a size such as 64 KiB or 16 MiB", Config::getBytes);
  }

  /// A size that fits an array.
  public int smallBytes(String key) {
    return read(key, "a size below 2 GiB", (from, name) -> Math.toIntExact(from.getBytes(name)));
  }

  /// @return empty for `auto`
  public OptionalInt numberOrAuto(String key) {
    return read(
        key,
        "auto or a whole number",
        (from, name) ->
            from.getString(name).equals(AUTO)
                ? OptionalInt.empty()
                : OptionalInt.of(whole(from, name).getInt(name)));
  }

  /// @return empty for `auto`
  public OptionalLong bytesOrAuto(String key) {
    return read(
        key,
        "auto or a size such as 64 KiB or 16 MiB",
        (from, name) ->
            from.getString(name).equals(AUTO)
                ? OptionalLong.empty()
                : OptionalLong.of(from.getBytes(name)));
  }

  /// The library would cut the fraction off.
  private static Config whole(Config from, String key) {
    double value = from.getDouble(key);
    if (value != Math.rint(value)) {
      throw new ConfigException.BadValue(key, "not whole");
    }
    return from;
  }

  private <T> T read(String key, String expected, BiFunction<Config, String, T> reading) {
    try {
      return reading.apply(section, key);
    } catch (ConfigException | ArithmeticException wrong) {
      throw new IllegalArgumentException(
          path(key) + ": expected " + expected + ", " + found(key), wrong);
    }
  }

  private String found(String key) {
    if (!section.hasPathOrNull(key)) {
      return "but it is missing";
    }
    if (section.getIsNull(key)) {
      return "not null";
    }
    var value = section.getValue(key);
    var shown = SECRETS.contains(key) ? "what is there" : value.render(SHORT);
    return "not " + shown + " (" + value.origin().description() + ")";
  }
}
