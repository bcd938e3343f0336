package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// How a node leaves: the keys `leave-notice` and `drain-limit` of `troupe.node`.
///
/// @param notice how long calls are taken as ever while `/ready` says 503, so that balancers and
///     clients go elsewhere; a node without peers gives none
/// @param drainLimit how long open calls may go on after that
record LeavingSettings(Duration notice, Duration drainLimit) {

  /// For what a phase of the shutdown does besides waiting for calls.
  static final Duration REST = Duration.ofSeconds(10);

  LeavingSettings {
    check("leave-notice", notice);
    check("drain-limit", drainLimit);
  }

  static LeavingSettings of(Config config) {
    var node = SettingsReader.of(config, "troupe.node");
    return new LeavingSettings(node.duration("leave-notice"), node.duration("drain-limit"));
  }

  /// Pekko gives each phase of a shutdown its time, and goes on without what takes longer: those in
  /// which we wait get ours.
  Config withPhases(Config config) {
    var noticed = atLeast(config, "before-service-unbind", notice.plus(REST));
    var drained = atLeast(noticed, "service-requests-done", drainLimit.plus(REST));
    // Calls of other nodes on engines of this one.
    return atLeast(drained, "service-stop", drainLimit.plus(REST));
  }

  private static Config atLeast(Config config, String phase, Duration least) {
    var path = "pekko.coordinated-shutdown.phases." + phase + ".timeout";
    return config.hasPath(path) && config.getDuration(path).compareTo(least) >= 0
        ? config
        : config.withValue(path, ConfigValueFactory.fromAnyRef(least));
  }

  private static void check(String key, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("troupe.node." + key + ": must not be negative");
    }
  }
}
