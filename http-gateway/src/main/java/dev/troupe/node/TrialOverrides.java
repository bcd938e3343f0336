package dev.troupe.node;

import dev.troupe.cluster.StorageServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a trial cluster has over the user's configuration, by path: it stays on this machine, whatever
/// machines the configuration is for, and only the address in front is the user's.
///
/// @param options that all nodes have in common
record TrialOverrides(NodeOptions options) {

  private static final String LOOPBACK = "127.0.0.1";

  /// The front asks the nodes five times a second, so a short notice is enough for it.
  private static final Duration LONGEST_NOTICE = Duration.ofSeconds(1);

  /// What all of it is checked with, before it is known which node gets which ports.
  Map<String, Object> ofAll() {
    var all = new HashMap<>(options.overrides());
    all.put("troupe.cluster.host", LOOPBACK);
    all.put("troupe.cluster.discovery.method", "seeds");
    all.put("troupe.management.host", LOOPBACK);
    all.put("troupe.management.port", 0);
    return all;
  }

  /// What one node is started with.
  ///
  /// @param settings of the cluster, with [#ofAll]
  /// @param places of all nodes, this one among them
  /// @param storage where the nodes share what one of them alone could open
  Map<String, Object> of(
      TrialPlace place,
      List<TrialPlace> places,
      NodeSettings settings,
      Optional<StorageServer> storage) {
    boolean isFirst = place.equals(places.getFirst());
    long noticeMillis = Math.min(settings.leaving().notice().toMillis(), LONGEST_NOTICE.toMillis());
    var own = ofAll();
    own.put("troupe.gateway.host", LOOPBACK);
    own.put("troupe.gateway.port", place.gatewayPort());
    own.put("troupe.cluster.port", place.clusterPort());
    own.put("troupe.management.port", place.managementPort());
    own.put("troupe.cluster.seeds", places.stream().map(TrialPlace::seed).toList());
    storage.ifPresent(server -> {
      own.put("troupe.storage.url", server.url());
      own.put("troupe.storage.user", "troupe");
      own.put("troupe.storage.password", "");
    });
    own.put("troupe.embedded-engine.enabled", isFirst && settings.runsEmbedded() ? "on" : "off");
    own.put("troupe.node.leave-notice", noticeMillis + "ms");
    return own;
  }
}
