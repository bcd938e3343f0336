package dev.troupe.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Where one node of a trial cluster is, for the whole life of the cluster: a node that is started
/// again comes back to its place.
///
/// @param name such as `node-1`
/// @param gatewayPort for clients, on the loopback interface like the other
/// @param clusterPort for the other nodes
/// @param managementPort for `./troupe status` and probes; the first node's is the usual one where that
///     is free
record TrialPlace(String name, int gatewayPort, int clusterPort, int managementPort) {

  /// Systems take ports for outgoing connections from above these: one of ours would be gone when its
  /// node comes back.
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;

  private static final int USUAL_MANAGEMENT = 8558;

  /// @param frontPort the gateways get those after it where they are free; others where it is 0
  static List<TrialPlace> choose(int nodes, int frontPort) {
    var taken = new HashSet<>(Set.of(frontPort));
    var places = new ArrayList<TrialPlace>();
    for (int number = 1; number <= nodes; number++) {
      int preferred = frontPort == 0 ? 0 : frontPort + number;
      int management = frontPort == 0 ? 0 : USUAL_MANAGEMENT + number - 1;
      places.add(
          new TrialPlace(
              "node-" + number, free(preferred, taken), free(0, taken), free(management, taken)));
    }
    return List.copyOf(places);
  }

  /// Where its gateway listens.
  InetSocketAddress gateway() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort);
  }

  /// As the other nodes name it.
  String seed() {
    return "127.0.0.1:" + clusterPort;
  }

  private static int free(int preferred, Set<Integer> taken) {
    int port = preferred;
    while (port <= 0 || port > 65_535 || taken.contains(port) || !isFree(port)) {
      port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
    }
    taken.add(port);
    return port;
  }

  private static boolean isFree(int port) {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
