package dev.troupe.front;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The nodes behind the front, and how many connections each has. Belongs to the front's event loop.
final class Nodes {

  private final Map<InetSocketAddress, Integer> open = new HashMap<>();
  private List<Target> targets = List.of();

  void update(List<Target> latest) {
    targets = List.copyOf(latest);
  }

  List<InetSocketAddress> order() {
    return Choice.order(targets, open);
  }

  void opened(InetSocketAddress address) {
    open.merge(address, 1, Integer::sum);
    // Who comes next among equals.
    var turned = new ArrayList<>(targets);
    Collections.rotate(turned, -1);
    targets = List.copyOf(turned);
  }

  void closed(InetSocketAddress address) {
    open.merge(address, -1, Integer::sum);
  }
}
