package dev.troupe.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/// Whether an engine may be sent calls: a circuit breaker, fed by probes and by calls.
///
/// ```
///   REACHABLE ──a probe or a call failed──► SUSPECT ──more failed──► UNREACHABLE
///       ▲                                      │  ▲                      │  │
///       └──────────it answered─────────────────┘  └─lost calls before────┘  │
///       └───────────────a probe was answered────────────────────────────────┘
/// ```
///
/// A suspect engine takes one call at a time, and none while its probes fail. One that answers probes
/// and yet lost several calls is left alone for a while; then the next answered probe lets one call
/// try it, and that call's answer makes it reachable.
///
/// Mutable, confined.
public final class EngineHealth {

  public enum State {
    REACHABLE,
    SUSPECT,
    UNREACHABLE
  }

  private final BreakerSettings settings;
  private final Deque<Long> lostCalls = new ArrayDeque<>();
  private State state = State.UNREACHABLE;
  private int failedProbes;
  private boolean onTrial;
  private long openSinceNanos;
  private OptionalLong failedNanos = OptionalLong.empty();

  public EngineHealth(BreakerSettings settings) {
    this.settings = settings;
  }

  public State probeAnswered(long nowNanos) {
    failedProbes = 0;
    if (!onTrial) {
      state = State.REACHABLE;
    } else if (nowNanos - openSinceNanos >= settings.openTime().toNanos()) {
      state = State.SUSPECT;
    }
    return state;
  }

  public State probeFailed(long nowNanos) {
    failedProbes++;
    failedNanos = OptionalLong.of(nowNanos);
    if (failedProbes >= settings.probeFailures()) {
      // It is really gone: when it answers again, it is another engine than the one that lost
      // calls.
      state = State.UNREACHABLE;
      onTrial = false;
      lostCalls.clear();
    } else if (state == State.REACHABLE) {
      state = State.SUSPECT;
    }
    return state;
  }

  /// A call was lost: the engine could not be reached or broke off.
  public State callFailed(long nowNanos) {
    if (state == State.UNREACHABLE) {
      return state;
    }
    failedNanos = OptionalLong.of(nowNanos);
    lostCalls.addLast(nowNanos);
    while (nowNanos - lostCalls.getFirst() > settings.callFailureTime().toNanos()) {
      lostCalls.removeFirst();
    }
    if (onTrial || lostCalls.size() >= settings.callFailures()) {
      state = State.UNREACHABLE;
      onTrial = true;
      openSinceNanos = nowNanos;
      lostCalls.clear();
    } else {
      state = State.SUSPECT;
    }
    return state;
  }

  /// The engine has begun to answer a call.
  public State callAnswered(long nowNanos) {
    if (state == State.SUSPECT) {
      state = State.REACHABLE;
      onTrial = false;
      failedProbes = 0;
    }
    return state;
  }

  /// The engine has begun to answer a call at some time since then: as [#callAnswered], unless a probe or a call
  /// has failed meanwhile. It may have begun before, and says nothing of how the engine is now.
  public State callAnsweredSince(long sinceNanos) {
    return failedNanos.isPresent() && sinceNanos - failedNanos.getAsLong() <= 0
        ? state
        : callAnswered(sinceNanos);
  }

  public State state() {
    return state;
  }

  /// Calls the engine may have in flight as far as its health goes.
  public int slots() {
    return switch (state) {
      case REACHABLE -> Integer.MAX_VALUE;
      case SUSPECT -> failedProbes > 0 ? 0 : 1;
      case UNREACHABLE -> 0;
    };
  }
}
