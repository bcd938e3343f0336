package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.Address;

/// The `troupe.cluster` section of the configuration.
///
/// @param host at which the other nodes reach this one
/// @param port for them; 0 takes any free one
/// @param seeds nodes to join; empty for a cluster of one
/// @param roles what this node does; empty for a client
/// @param detectionTime within which a node that is lost has left the cluster
/// @param discovery how other nodes are found
/// @param tls how nodes know each other
public record ClusterSettings(
    String host,
    int port,
    List<Address> seeds,
    Set<Role> roles,
    Duration detectionTime,
    DiscoverySettings discovery,
    TlsSettings tls) {

  /// The name of every node's actor system; nodes of different names do not join.
  public static final String SYSTEM = "troupe";

  /// Other nodes would look for this one at themselves.
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  /// Less is not told from a pause of the collector, or of the network.
  private static final Duration SHORTEST_DETECTION = Duration.ofSeconds(2);

  /// How long nodes wait at most before they tell each other news, such as that one joins.
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(1);

  /// What a node does. Its name in lower case is the role's name in the cluster.
  public enum Role {
    GATEWAY,
    /// Holds programs and schedulers.
    SCHEDULER,
    ENGINE;

    /// Its name in the cluster.
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ClusterSettings {
    seeds = List.copyOf(seeds);
    roles = Set.copyOf(roles);
    new SettingRules("troupe.cluster")
        .require(
            detectionTime.compareTo(SHORTEST_DETECTION) >= 0,
            "detection-time",
            "at least 2s",
            detectionTime);
    if (discovery.asksOthers() && !seeds.isEmpty()) {
      throw new IllegalArgumentException(
          "troupe.cluster.seeds: not together with a troupe.cluster.discovery.method other than"
              + " seeds, which may form two clusters; leave one of them out");
    }
  }

  public static ClusterSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.cluster");
    checkAddress(section);
    var roles = new HashSet<Role>();
    section.texts("roles").forEach(name -> roles.add(roleNamed(name)));
    return new ClusterSettings(
        section.text("host"),
        section.number("port"),
        section.texts("seeds").stream().map(ClusterSettings::addressOf).toList(),
        roles,
        section.duration("detection-time"),
        DiscoverySettings.of(config),
        TlsSettings.of(config));
  }

  /// Whether this node is a cluster of its own, so that no other can do what it does not.
  public boolean formsAlone() {
    return seeds.isEmpty() && !discovery.asksOthers();
  }

  /// The whole configuration of a node: the user's, over what follows from it for Pekko, over
  /// `node.conf`, over every default.
  ///
  /// @throws IllegalArgumentException naming the key of this section that is wrong, and the mend
  public static Config nodeConfig(Config user) {
    return whole(user, "node.conf");
  }

  /// The whole configuration of a JVM that joins as a client: as [#nodeConfig], over `client.conf`.
  public static Config clientConfig(Config user) {
    return whole(user, "client.conf");
  }

  private static Config whole(Config user, String defaults) {
    var base = ConfigFactory.parseResources(defaults);
    var settings = of(ConfigFactory.load(user.withFallback(base)));
    return ConfigFactory.load(
        user.withFallback(detection(settings.detectionTime))
            .withFallback(ConfigFactory.parseMap(settings.discovery.pekko()))
            .withFallback(ConfigFactory.parseMap(settings.tls.pekko()))
            .withFallback(version())
            .withFallback(base));
  }

  /// A lost node is suspected after up to a heartbeat and a quarter of the time, and judged after three
  /// tenths more without a change. Nodes look at each other, tell each other and act on it every
  /// twentieth: the suspicion, the judgement and its coming into force take a few of these rounds each,
  /// so that it is out within the time. Two tenths later its programs begin elsewhere: by then, if it
  /// lives on the other side of a cut, it has stopped.
  private static Config detection(Duration time) {
    var round = Collections.min(List.of(tenths(time, 0.5), LONGEST_ROUND));
    return ConfigFactory.parseMap(
        Map.of(
            "pekko.cluster.gossip-interval", round,
            "pekko.cluster.leader-actions-interval", round,
            "pekko.cluster.unreachable-nodes-reaper-interval", round,
            "pekko.cluster.failure-detector.heartbeat-interval", tenths(time, 1),
            "pekko.cluster.failure-detector.acceptable-heartbeat-pause", tenths(time, 2.5),
            "pekko.cluster.split-brain-resolver.stable-after", tenths(time, 3),
            "pekko.cluster.down-removal-margin", tenths(time, 2)),
        "troupe.cluster.detection-time");
  }

  private static Duration tenths(Duration time, double count) {
    return Duration.ofMillis(Math.round(time.toMillis() * count / 10));
  }

  /// The version of these classes, which nodes tell each other: new shards go to the newest. Classes
  /// that lie in a folder have none.
  private static Config version() {
    var version =
        Optional.ofNullable(ClusterSettings.class.getPackage().getImplementationVersion());
    return ConfigFactory.parseMap(Map.of("pekko.cluster.app-version", version.orElse("0.0.0")));
  }

  /// Pekko reads it, and would name a key of its own.
  private static void checkAddress(SettingsReader section) {
    var host = section.text("host");
    int port = section.number("port");
    if (host.isBlank()) {
      throw new IllegalArgumentException("troupe.cluster.host: expected a host, not nothing");
    }
    if (EVERY_ADDRESS.contains(host)) {
      throw new IllegalArgumentException(
          "troupe.cluster.host: expected the address that other nodes reach this one at, not "
              + host);
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
