package dev.troupe.engine;

import java.time.Duration;

/// What an engine may hold that this actor of it did not put there: calls under leases of an
/// earlier actor, and prompts in its KV cache that an earlier one knew of.
public final class EngineInheritance {

  /// How long an actor without leases waits for the holders of those that an earlier one
  /// granted. They renew them as soon as they hear of the new one, and by
  /// `troupe.call.announce-interval` (5 s) where it began anew in its place.
  static final Duration SETTLING = Duration.ofSeconds(6);

  /// How long an engine's cache may hold what an earlier actor knew of, and programs come back
  /// to it.
  static final Duration UNCERTAIN = Duration.ofMinutes(10);

  private final long startedNanos;

  /// @param startedNanos when this actor began
  public EngineInheritance(long startedNanos) {
    this.startedNanos = startedNanos;
  }

  /// Calls that run under leases of an earlier actor, whose holders have not been heard of yet.
  ///
  /// @param status as the engine says now
  /// @param inFlight leases that this actor knows
  public int unclaimedCalls(EngineStatus status, int inFlight, long nowNanos) {
    return nowNanos - startedNanos < SETTLING.toNanos()
        ? Math.max(0, status.running().orElse(0) - inFlight)
        : 0;
  }

  /// Whether the engine's cache holds nothing of use that this actor has not heard of: programs
  /// that come back after longer find little of what an earlier one knew.
  ///
  /// @param prefixes what this actor has heard of
  public boolean isCacheKnown(PrefixIndex prefixes, long nowNanos) {
    return prefixes.isComplete() || nowNanos - startedNanos > UNCERTAIN.toNanos();
  }
}
