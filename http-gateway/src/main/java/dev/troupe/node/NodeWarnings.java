package dev.troupe.node;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.cluster.Members;
import dev.troupe.cluster.StorageKind;
import dev.troupe.engine.EngineDescription;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;

/// What someone should look at in settings with which a node starts, each with its key and the
/// mend. Of TLS the cluster itself warns, since clients have that too.
///
/// Names of hosts are not looked up: but for `localhost` they count as those of other machines.
final class NodeWarnings {

  /// Of `troupe.run.allowed-hosts`.
  private static final String EVERY_HOST = "*";

  private NodeWarnings() {}

  static List<String> of(NodeSettings settings) {
    return Stream.of(
            storage(settings).stream(),
            outOfReach(settings.cluster()).stream(),
            beside(settings.cluster()).stream(),
            enginesGivenTwice(settings),
            openGateway(settings).stream())
        .flatMap(warnings -> warnings)
        .toList();
  }

  /// Nodes that do not keep what they know of programs in one place.
  private static Optional<String> storage(NodeSettings settings) {
    return settings.cluster().formsAlone() || settings.storage().kind() != StorageKind.H2_FILE
        ? Optional.empty()
        : Optional.of(
            "each node keeps what programs have received in a file of its own, so that a program that"
                + " moves begins anew; give all nodes one database with troupe.storage.url");
  }

  /// A node on loopback with seeds elsewhere.
  private static Optional<String> outOfReach(ClusterSettings cluster) {
    return cluster.seeds().stream()
        .filter(seed -> isLoopback(cluster.host()) && !isLoopback(hostOf(seed)))
        .findFirst()
        .map(seed ->
            ("troupe.cluster.host = %s: other machines, such as that of the seed %s, cannot reach this"
                    + " node; set it to the address at which they do")
                .formatted(cluster.host(), Members.nameOf(seed)));
  }

  /// A node at the host of a seed and at another port. One whose host no seed has joins by them,
  /// and on loopback nodes differ by their ports.
  private static Optional<String> beside(ClusterSettings cluster) {
    var here =
        cluster.seeds().stream().filter(seed -> hostOf(seed).equals(cluster.host())).toList();
    var own = cluster.host() + ":" + cluster.port();
    return isLoopback(cluster.host()) || here.stream().map(Members::nameOf).anyMatch(own::equals)
        ? Optional.empty()
        : here.stream()
            .findFirst()
            .map(seed ->
                ("troupe.cluster.port = %d: troupe.cluster.seeds has this host as %s, where this node"
                        + " does not listen; set it to that port, unless another node here has it")
                    .formatted(cluster.port(), Members.nameOf(seed)));
  }

  private static Stream<String> enginesGivenTwice(NodeSettings settings) {
    if (!settings.cluster().roles().contains(Role.ENGINE)) {
      return Stream.empty();
    }
    return settings.engines().engines().stream()
        .collect(groupingBy(NodeWarnings::placeOf, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .filter(place -> place.getValue().size() > 1)
        .map(place ->
            "troupe.engines: %s have one url, %s, so that its slots count for each of them; keep one"
                .formatted(names(place.getValue()), place.getKey()));
  }

  /// A gateway that serves everybody, and not this machine alone.
  private static Optional<String> openGateway(NodeSettings settings) {
    var gateway = settings.gateway();
    if (!settings.hasGateway() || isLoopback(gateway.host()) || !gateway.tenants().isEmpty()) {
      return Optional.empty();
    }
    var open =
        ("troupe.gateway.tenants = []: the gateway listens on %s, and whoever reaches it is served,"
                + " with any key")
            .formatted(gateway.host());
    return Optional.of(
        settings.run().allowedHosts().contains(EVERY_HOST)
            ? open
                + ", and can have runs ask any host that nodes reach; list who may call, and narrow"
                + " troupe.run.allowed-hosts = [\"*\"]"
            : open + "; list who may call");
  }

  /// A URL with its port.
  private static String placeOf(EngineDescription engine) {
    var url = engine.endpoint().url();
    int usual = url.getScheme().equals("https") ? 443 : 80;
    return "%s://%s:%d%s"
        .formatted(
            url.getScheme(),
            url.getHost().toLowerCase(Locale.ROOT),
            url.getPort() < 0 ? usual : url.getPort(),
            url.getPath());
  }

  private static String names(List<EngineDescription> engines) {
    return engines.stream().map(engine -> engine.endpoint().id().value()).collect(joining(", "));
  }

  private static String hostOf(Address seed) {
    return seed.getHost().orElseThrow();
  }

  private static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException name) {
      return false;
    }
  }
}
