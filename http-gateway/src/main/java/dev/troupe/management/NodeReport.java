package dev.troupe.management;

import dev.troupe.cluster.LocalShards.Held;
import dev.troupe.program.Remote;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a node says of itself. A part that did not answer in time is empty.
///
/// @param upMillis since its actor system started
/// @param gateway where it takes calls, as `host:port`
/// @param unready why it is not ready; empty when it is
/// @param openCalls of callers on this node
/// @param schedulers models whose schedulers are here
public record NodeReport(
    long upMillis,
    Optional<String> gateway,
    Optional<String> unready,
    OptionalInt openCalls,
    Optional<StorageReport> storage,
    List<Held> shards,
    List<String> schedulers)
    implements Remote {

  public NodeReport {
    shards = List.copyOf(shards);
    schedulers = List.copyOf(schedulers);
  }

  /// @param kind such as `h2` or `postgresql`
  /// @param unsavedPrograms held in memory until they are written
  /// @param droppedPrograms given up because too many were held
  /// @param failure why the latest attempt to reach storage failed
  public record StorageReport(
      String kind,
      boolean isAvailable,
      long unsavedPrograms,
      long droppedPrograms,
      Optional<String> failure) {}
}
