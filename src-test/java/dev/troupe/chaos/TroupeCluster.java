package dev.troupe.chaos;

import dev.troupe.chaos.NodeProcess.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The nodes of a cluster, each a process of its own, before the engines of a chaos run.
final class TroupeCluster implements AutoCloseable {

  private static final Duration FORMING_LIMIT = Duration.ofMinutes(2);

  private final Layout layout;
  private final List<NodeProcess> nodes;
  private final List<NodeAddress> addresses;
  private final Optional<NetworkLab> network;
  private final int engines;
  private final ClusterView view;

  private TroupeCluster(
      Layout layout, List<NodeProcess> nodes, Ground ground, int engines, ClusterView view) {
    this.engines = engines;
    this.layout = layout;
    this.nodes = List.copyOf(nodes);
    this.addresses = List.copyOf(ground.addresses());
    this.network = ground.network();
    this.view = view;
  }

  /// Where a cluster lives.
  ///
  /// @param network in which nodes can be cut off; none where they share the machine's
  /// @param storage lines of the configuration that name the storage of all nodes
  /// @param earlierBuild the class path of the nodes' first start, where that is to be of another build
  record Ground(
      Path folder,
      List<NodeAddress> addresses,
      Optional<NetworkLab> network,
      String storage,
      Optional<String> earlierBuild) {

    private List<String> prefix(int node) {
      return network.map(lab -> lab.prefix(node)).orElse(List.of());
    }
  }

  /// Starts all nodes and waits until each sees the others and serves.
  static TroupeCluster start(Layout layout, Ground ground, Engines engines, Web web) {
    var addresses = ground.addresses();
    var seeds = addresses.stream().limit(3).map(NodeAddress::seed).toList();
    var nodes = new ArrayList<NodeProcess>();
    for (int node = 0; node < layout.nodes(); node++) {
      var name = "node-" + (node + 1);
      var roles = layout.roles().get(node);
      var settings =
          NodeSettingsText.of(
              addresses.get(node), roles, seeds, engines.entries(), ground.storage());
      nodes.add(
          NodeProcess.start(
              new Plan(
                  name,
                  addresses.get(node),
                  roles,
                  ground.prefix(node),
                  ground.folder(),
                  settings,
                  ground.earlierBuild())));
    }
    var cluster =
        new TroupeCluster(layout, nodes, ground, engines.size(), new ClusterView(web, addresses));
    try {
      cluster.awaitWhole();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  Layout layout() {
    return layout;
  }

  NodeProcess node(int position) {
    return nodes.get(position);
  }

  List<NodeAddress> addresses() {
    return addresses;
  }

  ClusterView view() {
    return view;
  }

  /// The network in which nodes can be cut off.
  ///
  /// @throws java.util.NoSuchElementException when they cannot
  NetworkLab network() {
    return network.orElseThrow();
  }

  /// Positions of the nodes with a role, in the order in which they joined first.
  List<Integer> withRole(String role) {
    return IntStream.range(0, nodes.size())
        .filter(node -> nodes.get(node).hasRole(role))
        .boxed()
        .toList();
  }

  /// Waits until every node sees every other and does its work, and every gateway reaches all engines.
  ///
  /// @throws IllegalStateException when that does not come about, or a node ends
  void awaitWhole() {
    await("every node sees every other", view.positions(), view::isWhole);
    await("every node is ready", view.positions(), view::isReady);
    await(
        "every gateway takes calls and knows all engines",
        layout.gateways(),
        node -> view.takesCalls(node) && view.engines(node) == engines);
  }

  private void await(String what, Collection<Integer> positions, IntPredicate condition) {
    boolean holds =
        Patience.holds(
            FORMING_LIMIT,
            () -> {
              nodes.forEach(NodeProcess::mustLive);
              return positions.stream().allMatch(condition::test);
            });
    if (!holds) {
      var missing =
          positions.stream()
              .filter(node -> !condition.test(node))
              .map(node -> nodes.get(node).name())
              .collect(Collectors.joining(", "));
      throw new IllegalStateException(
          "not within "
              + FORMING_LIMIT.toSeconds()
              + " s: "
              + what
              + "; not so at "
              + missing
              + ", whose logs say more");
    }
  }

  /// Waits until no other node that lives has this one as a member.
  ///
  /// @return how long that took; empty when it was not within the limit
  Optional<Duration> awaitRemoved(int node, Duration limit) {
    long sinceNanos = System.nanoTime();
    var others =
        view.positions().stream()
            .filter(other -> other != node && nodes.get(other).isAlive())
            .toList();
    boolean isRemoved =
        Patience.holds(
            limit, () -> others.stream().noneMatch(other -> view.hasMember(other, node)));
    return isRemoved
        ? Optional.of(Duration.ofNanos(System.nanoTime() - sinceNanos))
        : Optional.empty();
  }

  /// Waits until the gateways other than this node reach all engines again, which those of a lost node
  /// are only when another one watches them.
  void awaitEnginesWatched(int node) {
    Patience.await(
        "every gateway but " + nodes.get(node).name() + " reaches all engines",
        FORMING_LIMIT,
        () ->
            layout.gateways().stream()
                .allMatch(gateway -> gateway == node || view.engines(gateway) == engines));
  }

  /// Waits until a node that has been started answers, in a cluster or not.
  void awaitAnswer(int node) {
    Patience.await(
        nodes.get(node).name() + " answers",
        FORMING_LIMIT,
        () -> view.isInCluster(node).isPresent());
  }

  /// Starts a node again that has ended, and waits until the cluster is whole.
  void startAgain(int node) {
    nodes.get(node).startAgain();
    awaitWhole();
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
  }
}
