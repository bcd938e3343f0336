package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.program.SettingsReader;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.actor.Address;

/// The `troupe.cluster` section of the configuration.
///
/// @param seeds nodes to join; empty for a cluster of one
/// @param roles what this node does; empty for a client
public record ClusterSettings(List<Address> seeds, Set<Role> roles) {

  /// The name of every node's actor system; nodes of different names do not join.
  public static final String SYSTEM = "troupe";

  /// What a node does. Its name in lower case is the role's name in the cluster.
  public enum Role {
    GATEWAY,
    /// Holds programs and schedulers.
    SCHEDULER,
    ENGINE;

    /// Its name in the cluster.
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ClusterSettings {
    seeds = List.copyOf(seeds);
    roles = Set.copyOf(roles);
  }

  public static ClusterSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.cluster");
    checkAddress(section);
    var roles = new HashSet<Role>();
    section.texts("roles").forEach(name -> roles.add(roleNamed(name)));
    return new ClusterSettings(
        section.texts("seeds").stream().map(ClusterSettings::addressOf).toList(), roles);
  }

  /// The whole configuration of a node: the user's, over `node.conf`, over every default.
  public static Config nodeConfig(Config user) {
    return ConfigFactory.load(user.withFallback(ConfigFactory.parseResources("node.conf")));
  }

  /// The whole configuration of a JVM that joins as a client: as [#nodeConfig], over `client.conf`.
  public static Config clientConfig(Config user) {
    return ConfigFactory.load(user.withFallback(ConfigFactory.parseResources("client.conf")));
  }

  /// Pekko reads it, and would name a key of its own.
  private static void checkAddress(SettingsReader section) {
    var host = section.text("host");
    int port = section.number("port");
    if (host.isBlank()) {
      throw new IllegalArgumentException("troupe.cluster.host: expected a host, not nothing");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("troupe.cluster.port: expected 0 to 65535, not " + port);
    }
  }

  private static Role roleNamed(String name) {
    for (var role : Role.values()) {
      if (role.key().equals(name)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "troupe.cluster.roles: unknown role: " + name + "; there are gateway, scheduler, engine");
  }

  private static Address addressOf(String seed) {
    int colon = seed.lastIndexOf(':');
    try {
      return new Address(
          "pekko", SYSTEM, seed.substring(0, colon), Integer.parseInt(seed.substring(colon + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException wrong) {
      throw new IllegalArgumentException(
          "troupe.cluster.seeds: not of the form host:port: " + seed, wrong);
    }
  }
}
