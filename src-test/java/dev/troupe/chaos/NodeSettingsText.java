package dev.troupe.chaos;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The configuration file of a node of a chaos run.
final class NodeSettingsText {

  private NodeSettingsText() {}

  /// @param seeds of the cluster, as `host:port`
  /// @param engines entries of `troupe.engines`
  /// @param storage lines of `troupe.storage`
  static String of(
      NodeAddress address, Set<String> roles, List<String> seeds, String engines, String storage) {
    return """
    troupe.gateway { host = "%s", port = %d }
    troupe.cluster {
      host = "%s"
      port = %d
      roles = [%s]
      seeds = [%s]
      # Nobody else is on the network of a chaos run.
      tls.enabled = off
    }
    troupe.management { host = "%s", port = %d }
    troupe.embedded-engine.enabled = off
    troupe.engines = [%s]
    %s
    %s
    """
        .formatted(
            address.host(),
            address.gatewayPort(),
            address.host(),
            address.clusterPort(),
            String.join(", ", roles),
            seeds.stream().map(seed -> '"' + seed + '"').collect(Collectors.joining(", ")),
            address.host(),
            address.managementPort(),
            engines,
            Engines.prices(),
            storage);
  }
}
