package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import dev.troupe.cluster.ClusterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/// Reads a node's configuration: the command line over the user's file over `node.conf` over every
/// default.
///
/// A key under `troupe` that no default names is refused: it would have no effect, and is most
/// likely misspelt. So is a section beside `troupe` that should be in it.
final class Configuration {

  private Configuration() {}

  /// @param file the user's, where there is one
  /// @param overrides from the command line, by path
  /// @throws ConfigurationException naming the file, the key and the mend
  static Config load(Optional<Path> file, Map<String, Object> overrides) {
    try {
      var user = ConfigFactory.parseMap(overrides, "command line");
      if (file.isPresent()) {
        user = user.withFallback(read(file.get()));
      }
      refuseUnknownKeys(user);
      return ClusterSettings.nodeConfig(user);
    } catch (ConfigException | IllegalArgumentException broken) {
      throw new ConfigurationException(firstLine(broken), broken);
    }
  }

  /// The user's keys alone.
  ///
  /// @throws ConfigurationException naming the file, the key and the mend
  static Config user(Path file) {
    try {
      var user = read(file);
      refuseUnknownKeys(user);
      return user;
    } catch (ConfigException broken) {
      throw new ConfigurationException(firstLine(broken), broken);
    }
  }

  private static Config read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigurationException("no configuration file at " + file.toAbsolutePath());
    }
    return ConfigFactory.parseFile(
        file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
  }

  private static void refuseUnknownKeys(Config user) {
    refuseMisplaced(user);
    if (!user.hasPath("troupe")) {
      return;
    }
    var known = ConfigFactory.defaultReference();
    for (var entry : user.getConfig("troupe").entrySet()) {
      var path = "troupe." + entry.getKey();
      if (!known.hasPathOrNull(path)) {
        throw new ConfigurationException(
            entry.getValue().origin().description()
                + ": unknown key "
                + path
                + nearest(path, known));
      }
    }
  }

  /// Names of the user's own are fine at the top, for values that others refer to. A section of ours there has
  /// lost its `troupe`, and a name that is nearly `troupe` is misspelt.
  private static void refuseMisplaced(Config user) {
    var reference = ConfigFactory.defaultReference().root();
    var sections = ConfigFactory.defaultReference().getConfig("troupe").root();
    for (var entry : user.root().entrySet()) {
      var name = entry.getKey();
      boolean isSection = entry.getValue() instanceof ConfigObject && !reference.containsKey(name);
      var meant =
          isSection && sections.containsKey(name)
              ? "troupe." + name
              : isSection && editDistance(name, "troupe") <= 2 ? "troupe" : name;
      if (!meant.equals(name)) {
        throw new ConfigurationException(
            "%s: unknown section %s; did you mean %s?"
                .formatted(entry.getValue().origin().description(), name, meant));
      }
    }
  }

  private static String nearest(String path, Config known) {
    return known.getConfig("troupe").entrySet().stream()
        .map(entry -> "troupe." + String.join(".", ConfigUtil.splitPath(entry.getKey())))
        .min(Comparator.comparingInt(candidate -> editDistance(path, candidate)))
        .filter(candidate -> editDistance(path, candidate) <= 4)
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("; conf/reference.conf lists every key");
  }

  /// Levenshtein's distance.
  private static int editDistance(String left, String right) {
    var previous = new int[right.length() + 1];
    for (int at = 0; at <= right.length(); at++) {
      previous[at] = at;
    }
    for (int row = 1; row <= left.length(); row++) {
      var current = new int[right.length() + 1];
      current[0] = row;
      for (int at = 1; at <= right.length(); at++) {
        int change = left.charAt(row - 1) == right.charAt(at - 1) ? 0 : 1;
        current[at] =
            Math.min(previous[at - 1] + change, Math.min(previous[at], current[at - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }

  private static String firstLine(RuntimeException broken) {
    return String.valueOf(broken.getMessage()).lines().findFirst().orElse("broken configuration");
  }
}
