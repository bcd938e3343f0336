package dev.troupe.engine;

import com.typesafe.config.Config;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.program.Identifiers;
import dev.troupe.program.SettingsReader;
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
///
/// @param pinned those that are watched from the node that has them, and from no other
public record EnginesSettings(List<EngineDescription> engines, Set<EngineId> pinned) {

  private static final String PATH = "troupe.engines";

  private static final Set<String> KEYS =
      Set.of(
          "name",
          "dialect",
          "url",
          "models",
          "api-key",
          "priority",
          "slots",
          "kv-tokens",
          "pinned");

  public EnginesSettings {
    engines = List.copyOf(engines);
    pinned = Set.copyOf(pinned);
    var names = new HashSet<EngineId>();
    for (int at = 0; at < engines.size(); at++) {
      var name = engines.get(at).endpoint().id();
      if (!names.add(name)) {
        throw invalid(PATH + "[" + at + "].name", "is given twice: " + name.value());
      }
    }
  }

  public static EnginesSettings of(Config config) {
    var engines = new ArrayList<EngineDescription>();
    var pinned = new HashSet<EngineId>();
    for (var entry : SettingsReader.of(config, "troupe").sections("engines")) {
      var engine = describe(entry);
      engines.add(engine);
      if (entry.has("pinned") && entry.flag("pinned")) {
        pinned.add(engine.endpoint().id());
      }
    }
    return new EnginesSettings(engines, pinned);
  }

  /// The engines that any node with the role may watch.
  public List<EngineDescription> shared() {
    return engines.stream().filter(engine -> !isPinned(engine)).toList();
  }

  public boolean isPinned(EngineDescription engine) {
    return pinned.contains(engine.endpoint().id());
  }

  private static EngineDescription describe(SettingsReader entry) {
    var unknown = new TreeSet<>(entry.keys());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw invalid(entry.path(unknown.first()), "is no key of an engine; there are " + keys());
    }
    var endpoint =
        new EngineEndpoint(
            new EngineId(name(entry)),
            oneOf(Dialect.values(), entry.text("dialect"), entry.path("dialect")),
            url(entry.text("url"), entry.path("url")),
            apiKey(entry),
            entry.has("priority")
                ? oneOf(PriorityOrder.values(), entry.text("priority"), entry.path("priority"))
                : PriorityOrder.NONE);
    return new EngineDescription(endpoint, models(entry), slots(entry), kvTokens(entry));
  }

  private static String name(SettingsReader entry) {
    var name = entry.text("name");
    if (!Identifiers.isValid(name)) {
      throw invalid(entry.path("name"), "must be a name of 1 to 256 characters: " + name);
    }
    return name;
  }

  private static URI url(String text, String path) {
    // A password stood in messages, and would go to no engine.
    if (text.contains("@")) {
      throw invalid(path, "must name no user and no password; a key goes into api-key");
    }
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

  private static Optional<String> apiKey(SettingsReader entry) {
    if (!entry.has("api-key")) {
      return Optional.empty();
    }
    var key = entry.text("api-key");
    if (key.isBlank() || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw invalid(entry.path("api-key"), "must be printable ASCII without blanks");
    }
    return Optional.of(key);
  }

  private static Set<String> models(SettingsReader entry) {
    if (!entry.has("models")) {
      return Set.of();
    }
    var models = entry.texts("models");
    if (!models.stream().allMatch(Identifiers::isValid)) {
      throw invalid(entry.path("models"), "must be names of 1 to 256 characters: " + models);
    }
    return Set.copyOf(new HashSet<>(models));
  }

  private static OptionalInt slots(SettingsReader entry) {
    if (!entry.has("slots")) {
      return OptionalInt.empty();
    }
    int slots = entry.number("slots");
    if (slots < 1) {
      throw invalid(entry.path("slots"), "must be at least 1: " + slots);
    }
    return OptionalInt.of(slots);
  }

  private static OptionalLong kvTokens(SettingsReader entry) {
    if (!entry.has("kv-tokens")) {
      return OptionalLong.empty();
    }
    long kvTokens = entry.longNumber("kv-tokens");
    if (kvTokens < 1) {
      throw invalid(entry.path("kv-tokens"), "must be at least 1: " + kvTokens);
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
