package dev.troupe.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.program.Identifiers;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The `troupe.engines` list of the configuration.
public record EnginesSettings(List<EngineDescription> engines) {

  private static final String PATH = "troupe.engines";

  private static final Set<String> KEYS =
      Set.of("name", "dialect", "url", "models", "api-key", "priority", "slots", "kv-tokens");

  public EnginesSettings {
    engines = List.copyOf(engines);
    var names = new HashSet<EngineId>();
    for (int at = 0; at < engines.size(); at++) {
      var name = engines.get(at).endpoint().id();
      if (!names.add(name)) {
        throw invalid(PATH + "[" + at + "].name", "is given twice: " + name.value());
      }
    }
  }

  public static EnginesSettings of(Config config) {
    var entries = config.getConfigList(PATH);
    var engines = new ArrayList<EngineDescription>();
    for (int at = 0; at < entries.size(); at++) {
      var path = PATH + "[" + at + "]";
      try {
        engines.add(describe(entries.get(at), path));
      } catch (ConfigException e) {
        // Its own message names the key within the entry, but not which entry.
        throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
      }
    }
    return new EnginesSettings(engines);
  }

  private static EngineDescription describe(Config entry, String path) {
    var unknown = new TreeSet<>(entry.root().keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw invalid(path + "." + unknown.first(), "is no key of an engine; there are " + keys());
    }
    var endpoint =
        new EngineEndpoint(
            new EngineId(name(entry, path)),
            oneOf(Dialect.values(), entry.getString("dialect"), path + ".dialect"),
            url(entry.getString("url"), path + ".url"),
            apiKey(entry, path),
            entry.hasPath("priority")
                ? oneOf(PriorityOrder.values(), entry.getString("priority"), path + ".priority")
                : PriorityOrder.NONE);
    return new EngineDescription(
        endpoint, models(entry, path), slots(entry, path), kvTokens(entry, path));
  }

  private static String name(Config entry, String path) {
    var name = entry.getString("name");
    if (!Identifiers.isValid(name)) {
      throw invalid(path + ".name", "must be a name of 1 to 256 characters: " + name);
    }
    return name;
  }

  private static URI url(String text, String path) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + " is no URL: " + text, e);
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
      throw invalid(path, "must look like http://host:port: " + text);
    }
    return URI.create(text.replaceFirst("/+$", "").replaceFirst("/v1$", ""));
  }

  private static Optional<String> apiKey(Config entry, String path) {
    if (!entry.hasPath("api-key")) {
      return Optional.empty();
    }
    var key = entry.getString("api-key");
    if (key.isBlank() || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw invalid(path + ".api-key", "must be printable ASCII without blanks");
    }
    return Optional.of(key);
  }

  private static Set<String> models(Config entry, String path) {
    if (!entry.hasPath("models")) {
      return Set.of();
    }
    var models = entry.getStringList("models");
    if (!models.stream().allMatch(Identifiers::isValid)) {
      throw invalid(path + ".models", "must be names of 1 to 256 characters: " + models);
    }
    return Set.copyOf(new HashSet<>(models));
  }

  private static OptionalInt slots(Config entry, String path) {
    if (!entry.hasPath("slots")) {
      return OptionalInt.empty();
    }
    int slots = entry.getInt("slots");
    if (slots < 1) {
      throw invalid(path + ".slots", "must be at least 1: " + slots);
    }
    return OptionalInt.of(slots);
  }

  private static OptionalLong kvTokens(Config entry, String path) {
    if (!entry.hasPath("kv-tokens")) {
      return OptionalLong.empty();
    }
    long kvTokens = entry.getLong("kv-tokens");
    if (kvTokens < 1) {
      throw invalid(path + ".kv-tokens", "must be at least 1: " + kvTokens);
    }
    return OptionalLong.of(kvTokens);
  }

  private static <E extends Enum<E>> E oneOf(E[] values, String name, String path) {
    for (var value : values) {
      if (kebab(value).equals(name)) {
        return value;
      }
    }
    var names = Stream.of(values).map(EnginesSettings::kebab).collect(Collectors.joining(", "));
    throw invalid(path, "is none of " + names + ": " + name);
  }

  private static String kebab(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String keys() {
    return String.join(", ", new TreeSet<>(KEYS));
  }

  private static IllegalArgumentException invalid(String path, String why) {
    return new IllegalArgumentException(path + " " + why);
  }
}
