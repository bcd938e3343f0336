package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.simulation.physics.ProfileSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a node is started with: the command line over the user's file over `node.conf` over every
/// default.
///
/// @param whole all of it, for Pekko and other libraries
/// @param settings what it says of Troupe
record Configuration(Config whole, NodeSettings settings) {

  private static final String CLUSTER = "troupe.cluster";

  /// @param file the user's, where there is one
  /// @param overrides from the command line, by path
  /// @throws ConfigurationException with all that is wrong: unknown keys, and of each section the
  ///     first that cannot be used
  static Configuration load(Optional<Path> file, Map<String, Object> overrides) {
    var commandLine = ConfigFactory.parseMap(overrides, "command line");
    var user = file.map(Configuration::read).map(commandLine::withFallback).orElse(commandLine);
    Set<String> problems = new LinkedHashSet<>();
    try {
      problems.addAll(UnknownKeys.in(user));
      var whole = ClusterSettings.nodeConfig(user);
      var settings = NodeSettings.of(whole);
      if (problems.isEmpty()) {
        return new Configuration(whole, settings);
      }
    } catch (ConfigurationException sections) {
      problems.addAll(ConfigurationException.problems(sections));
    } catch (ConfigException | IllegalArgumentException cluster) {
      problems.addAll(ConfigurationException.problems(cluster));
      problems.addAll(problemsBeside(user));
    }
    throw new ConfigurationException(problems);
  }

  /// The profiles of engines in the user's file and those that ship. A node passes over them.
  ///
  /// @throws ConfigurationException naming the key, the cause and the mend
  static ProfileSettings profiles(Path file) {
    try {
      return ProfileSettings.over(parsed(file));
    } catch (ConfigException | IllegalArgumentException invalid) {
      throw new ConfigurationException(ConfigurationException.problems(invalid));
    }
  }

  /// The user's keys for a node alone.
  ///
  /// @throws ConfigurationException naming the file, the key and the mend
  static Config user(Path file) {
    var user = read(file);
    var unknown = UnknownKeys.in(user);
    if (!unknown.isEmpty()) {
      throw new ConfigurationException(unknown);
    }
    return user;
  }

  /// Of the other sections, where that of the cluster, from which much follows for Pekko, cannot be
  /// used.
  private static List<String> problemsBeside(Config user) {
    try {
      NodeSettings.of(ClusterSettings.nodeConfig(user.withoutPath(CLUSTER)));
      return List.of();
    } catch (ConfigurationException | ConfigException | IllegalArgumentException broken) {
      return ConfigurationException.problems(broken);
    }
  }

  private static Config read(Path file) {
    return parsed(file).withoutPath(ProfileSettings.PATH);
  }

  private static Config parsed(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ConfigurationException("no configuration file at " + file.toAbsolutePath());
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException broken) {
      throw new ConfigurationException(ConfigurationException.problems(broken));
    }
  }
}
