package dev.troupe.chaos;

import dev.troupe.FreePorts;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// Where a node is: the same after each restart.
///
/// @param host of all its ports
/// @param gatewayPort for calls
/// @param clusterPort for the other nodes
/// @param managementPort for operators
record NodeAddress(String host, int gatewayPort, int clusterPort, int managementPort) {

  /// Free ports of this machine's loopback interface.
  static List<NodeAddress> onLoopback(int nodes) {
    var ports = FreePorts.of(3 * nodes);
    var addresses = new ArrayList<NodeAddress>();
    for (int node = 0; node < nodes; node++) {
      int first = 3 * node;
      addresses.add(
          new NodeAddress(
              "127.0.0.1", ports.get(first), ports.get(first + 1), ports.get(first + 2)));
    }
    return addresses;
  }

  URI gateway() {
    return URI.create("http://" + host + ":" + gatewayPort);
  }

  URI management() {
    return URI.create("http://" + host + ":" + managementPort);
  }

  /// As the other nodes know it.
  String seed() {
    return host + ":" + clusterPort;
  }
}
