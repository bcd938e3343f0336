package dev.troupe.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A network namespace for each node, joined by a bridge, so that a node can be cut off from all
/// others and from the engines. Needs Linux and its superuser.
///
/// The bridge has an address of its own, on which what is outside (the engines, the clients) listens.
final class NetworkLab implements AutoCloseable {

  /// Of this process, so that two do not meet.
  private static final String NETWORK = "10.213." + ProcessHandle.current().pid() % 250 + ".";

  private static final int GATEWAY_PORT = 8080;
  private static final int CLUSTER_PORT = 7355;
  private static final int MANAGEMENT_PORT = 8558;

  private final String name;
  private final int nodes;

  private NetworkLab(String name, int nodes) {
    this.name = name;
    this.nodes = nodes;
  }

  /// Why there can be no such network here; empty when there can.
  static Optional<String> refusal() {
    var probe = "troupe" + ProcessHandle.current().pid() % 10_000 + "p";
    var made = Shell.attempt("ip", "netns", "add", probe);
    if (!made.succeeded()) {
      return Optional.of("no network namespaces: " + made.output().strip());
    }
    var linked = Shell.attempt("ip", "link", "add", probe, "type", "bridge");
    Shell.attempt("ip", "link", "delete", probe);
    Shell.attempt("ip", "netns", "delete", probe);
    return linked.succeeded()
        ? Optional.empty()
        : Optional.of("no network bridges: " + linked.output().strip());
  }

  /// Makes the network.
  ///
  /// @throws IllegalStateException when the machine does not permit it
  static NetworkLab open(int nodes) {
    var lab = new NetworkLab("trp" + ProcessHandle.current().pid() % 10_000, nodes);
    Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
    try {
      Shell.run("ip", "link", "add", lab.bridge(), "type", "bridge");
      Shell.run("ip", "address", "add", NETWORK + "1/24", "dev", lab.bridge());
      Shell.run("ip", "link", "set", lab.bridge(), "up");
      IntStream.range(0, nodes).forEach(lab::add);
      return lab;
    } catch (IllegalStateException e) {
      lab.close();
      throw e;
    }
  }

  private void add(int node) {
    var space = space(node);
    Shell.run("ip", "netns", "add", space);
    Shell.run(
        "ip", "link", "add", outside(node), "type", "veth", "peer", "name", "eth0", "netns", space);
    Shell.run("ip", "link", "set", outside(node), "master", bridge(), "up");
    Shell.run("ip", "-n", space, "address", "add", host(node) + "/24", "dev", "eth0");
    Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
    Shell.run("ip", "-n", space, "link", "set", "lo", "up");
  }

  /// Where processes outside of all nodes listen.
  String outsideHost() {
    return NETWORK + "1";
  }

  List<NodeAddress> addresses() {
    var addresses = new ArrayList<NodeAddress>();
    for (int node = 0; node < nodes; node++) {
      addresses.add(new NodeAddress(host(node), GATEWAY_PORT, CLUSTER_PORT, MANAGEMENT_PORT));
    }
    return addresses;
  }

  /// The command that runs another within a node's network.
  List<String> prefix(int node) {
    return List.of("ip", "netns", "exec", space(node));
  }

  /// Cuts a node off from everything.
  void cut(int node) {
    Shell.run("ip", "link", "set", outside(node), "down");
  }

  void restore(int node) {
    Shell.run("ip", "link", "set", outside(node), "up");
  }

  private String bridge() {
    return name + "br";
  }

  private String space(int node) {
    return name + "n" + node;
  }

  private String outside(int node) {
    return name + "v" + node;
  }

  private static String host(int node) {
    return NETWORK + (11 + node);
  }

  @Override
  public void close() {
    for (int node = 0; node < nodes; node++) {
      Shell.attempt("ip", "link", "delete", outside(node));
      Shell.attempt("ip", "netns", "delete", space(node));
    }
    Shell.attempt("ip", "link", "delete", bridge());
  }
}
