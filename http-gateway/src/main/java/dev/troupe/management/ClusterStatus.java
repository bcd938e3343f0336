package dev.troupe.management;

import dev.troupe.cluster.LocalShards.Held;
import dev.troupe.management.NodeReport.StorageReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a cluster consists of and does, as one of its nodes has gathered it.
///
/// @param node that gathered it, as `host:port`
/// @param residentPrograms with an actor in memory, on all nodes that answered
/// @param leasesInFlight of all engines
/// @param silent what did not answer in time
/// @param problems what keeps calls from being served
public record ClusterStatus(
    String node,
    List<MemberReport> members,
    List<SchedulerReport> schedulers,
    List<EngineReport> engines,
    long residentPrograms,
    long leasesInFlight,
    List<String> silent,
    List<String> problems) {

  public ClusterStatus {
    members = List.copyOf(members);
    schedulers = List.copyOf(schedulers);
    engines = List.copyOf(engines);
    silent = List.copyOf(silent);
    problems = List.copyOf(problems);
  }

  /// A member of the cluster. What it did not say itself is empty.
  ///
  /// @param address as `host:port`
  /// @param state of its membership, such as `up`
  /// @param isReachable from the node that gathered this
  /// @param unready why it is not ready; empty when it is, and when it said nothing
  public record MemberReport(
      String address,
      List<String> roles,
      String state,
      boolean isReachable,
      String version,
      OptionalLong upMillis,
      Optional<String> gateway,
      Optional<String> unready,
      OptionalInt openCalls,
      Optional<StorageReport> storage,
      List<Held> shards) {
    public MemberReport {
      roles = List.copyOf(roles);
      shards = List.copyOf(shards);
    }
  }

  /// @param node where it is, as `host:port`
  /// @param waiting calls in its queue
  /// @param oldestWaitMillis how long the call that waits longest has waited
  /// @param engines known to it
  public record SchedulerReport(
      String model, String node, int waiting, long oldestWaitMillis, List<String> engines) {
    public SchedulerReport {
      engines = List.copyOf(engines);
    }
  }

  /// @param node where its actor is, as `host:port`; empty where that is not known
  /// @param window calls it may have in flight
  /// @param whyUnreachable in one line for people; empty while it is reachable, and where a node of
  ///     an earlier build watches it
  public record EngineReport(
      String id,
      String url,
      boolean isReachable,
      List<String> models,
      int inFlight,
      int window,
      Optional<String> node,
      Optional<String> whyUnreachable) {
    public EngineReport {
      models = List.copyOf(models);
    }
  }
}
