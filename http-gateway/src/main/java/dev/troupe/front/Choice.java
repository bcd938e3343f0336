package dev.troupe.front;

import dev.troupe.front.Target.State;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Which node a new connection goes to: of those that are ready, the one with the fewest. While none
/// is, one that at least answers: it lets calls wait, or says itself why it cannot.
final class Choice {

  private Choice() {}

  /// @param targets among equals the earlier is tried first
  /// @param open connections to each
  /// @return whom to try, one after the other
  static List<InetSocketAddress> order(List<Target> targets, Map<InetSocketAddress, Integer> open) {
    return targets.stream()
        .filter(target -> target.state() != State.SILENT)
        .sorted(
            Comparator.comparing(Target::state)
                .thenComparing(target -> open.getOrDefault(target.address(), 0)))
        .map(Target::address)
        .toList();
  }
}
