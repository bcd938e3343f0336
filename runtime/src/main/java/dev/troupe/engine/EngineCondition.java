package dev.troupe.engine;

import java.util.Optional;
import java.util.Set;

/// How an engine is, as far as its probes tell: what it last said of itself, and whether it
/// answers. Calls tell of that too, by way of its [EngineHealth]. Mutable, confined.
public final class EngineCondition {

  /// What an answered probe changes.
  public enum Change {
    NONE,
    /// It answers for the first time. It may have run before.
    FOUND,
    /// It answers again: what its KV cache held counts as lost.
    BACK
  }

  /// Why an engine gets no calls though it answers its probes.
  private static final String LOST_CALLS =
      "it answers its probes, but calls to it were lost: it is left alone for a while";

  private final EngineDescription description;
  private final EngineHealth health;
  private Optional<EngineStatus> status = Optional.empty();
  private Optional<String> probeFailure = Optional.empty();
  private Optional<String> saidReason = Optional.empty();

  public EngineCondition(EngineDescription description, EngineHealth health) {
    this.description = description;
    this.health = health;
  }

  /// A probe was answered.
  public Change answered(EngineStatus said, long nowNanos) {
    boolean wasReachable = isReachable();
    boolean wasSeen = status.isPresent();
    status = Optional.of(said);
    probeFailure = Optional.empty();
    health.probeAnswered(nowNanos);
    if (isReachable()) {
      saidReason = Optional.empty();
    }
    if (wasReachable || !isReachable()) {
      return Change.NONE;
    }
    return wasSeen ? Change.BACK : Change.FOUND;
  }

  /// A probe has failed.
  ///
  /// @return whether the engine counts as gone from now on
  public boolean failed(String reason, long nowNanos) {
    boolean wasReachable = isReachable();
    probeFailure = Optional.of(reason);
    health.probeFailed(nowNanos);
    return wasReachable && !isReachable();
  }

  /// Whether someone should hear why its last probe failed: once when it counts as gone, or has
  /// not answered yet, and again only for another reason than the one before.
  public boolean isNews(String reason) {
    if (isReachable() || saidReason.filter(reason::equals).isPresent()) {
      return false;
    }
    saidReason = Optional.of(reason);
    return true;
  }

  public boolean isReachable() {
    return health.state() != EngineHealth.State.UNREACHABLE;
  }

  /// Why it is not reachable, in one line for people; empty while it is, and before its first probe
  /// has ended.
  public Optional<String> whyUnreachable() {
    if (isReachable()) {
      return Optional.empty();
    }
    return probeFailure.or(() -> status.map(_ -> LOST_CALLS));
  }

  /// Calls the engine may have in flight as far as its health goes.
  public int slots() {
    return health.slots();
  }

  /// What it last said of itself; empty while it has not answered.
  public Optional<EngineStatus> status() {
    return status;
  }

  /// Names it serves, as configured or else as it last said.
  public Set<String> models() {
    return description.models().isEmpty()
        ? status.map(EngineStatus::models).orElse(Set.of())
        : description.models();
  }

  /// Calls that wait in the engine itself, as it last said.
  public int waiting() {
    return status.map(said -> said.waiting().orElse(0)).orElse(0);
  }
}
