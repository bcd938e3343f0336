package dev.troupe.chaos;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Which nodes a cluster has.
///
/// @param roles of each node, in the order in which they join
/// @param isOnNetwork whether each node has a network namespace of its own and can be cut off
record Layout(String name, List<Set<String>> roles, boolean isOnNetwork) {

  static final String GATEWAY = "gateway";
  static final String SCHEDULER = "scheduler";
  static final String ENGINE = "engine";

  private static final Set<String> ALL = Set.of(GATEWAY, SCHEDULER, ENGINE);

  /// Three nodes that do everything.
  static final Layout FULL = new Layout("full", List.of(ALL, ALL, ALL), false);

  /// Two nodes of each kind.
  static final Layout SPLIT =
      new Layout(
          "split",
          List.of(
              Set.of(SCHEDULER),
              Set.of(SCHEDULER),
              Set.of(GATEWAY),
              Set.of(GATEWAY),
              Set.of(ENGINE),
              Set.of(ENGINE)),
          false);

  static final Layout NETWORK = new Layout("network", List.of(ALL, ALL, ALL), true);

  Layout {
    roles = List.copyOf(roles);
  }

  int nodes() {
    return roles.size();
  }

  /// Positions of the nodes that take calls.
  List<Integer> gateways() {
    return IntStream.range(0, nodes())
        .filter(node -> roles.get(node).contains(GATEWAY))
        .boxed()
        .toList();
  }
}
