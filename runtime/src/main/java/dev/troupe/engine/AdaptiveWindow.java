package dev.troupe.engine;

import java.util.OptionalInt;
import java.util.OptionalLong;

/// A window that finds its size: additive increase, multiplicative decrease (AIMD), in calls and in
/// KV cache tokens.
///
/// | event                                                       | effect                            |
/// |-------------------------------------------------------------|-----------------------------------|
/// | a full window of calls has ended, the engine's queue empty   | `slots + 1`                       |
/// | the engine reports more waiting calls than allowed           | `slots × shrink factor`           |
/// | the engine refuses a call as too busy                       | what was in flight without it     |
/// | a window full in KV tokens has ended, KV cache use in bounds | `KV tokens + capacity ÷ 16`       |
/// | the engine reports KV cache use above the bound              | `KV tokens × shrink factor`       |
///
/// It starts at the slots that are configured, else reported, else at the most there may be where the
/// KV cache is known, else at the configured start, and never exceeds the first two. KV tokens start
/// at the engine's capacity; they may grow beyond it, because calls that share a prefix hold it once
/// and are counted each. Where the engine says nothing of its capacity, KV pressure shrinks the slots;
/// where it says nothing of its queue, nothing grows.
///
/// It shrinks again only when what is in flight has come down to the window: what was sent before is
/// no evidence against the smaller one.
///
/// Chiu and Jain, [Analysis of the increase and decrease algorithms for congestion avoidance in
/// computer networks](https://doi.org/10.1016/0169-7552(89)90019-6).
final class AdaptiveWindow implements EngineWindow {

  private static final int KV_STEPS = 16;

  private final WindowSettings settings;
  private final OptionalInt configuredSlots;
  private final OptionalLong configuredKvTokens;
  private boolean started;
  private int slots;
  private int mostSlots;
  private long kvTokens = Credit.UNLIMITED;
  private long kvCapacity = Credit.UNLIMITED;
  private int endedWhileFull;
  private int endedWhileKvFull;
  private boolean queueIsEmpty;
  private boolean kvUseIsInBounds;

  AdaptiveWindow(
      WindowSettings settings, OptionalInt configuredSlots, OptionalLong configuredKvTokens) {
    this.settings = settings;
    this.configuredSlots = configuredSlots;
    this.configuredKvTokens = configuredKvTokens;
    this.mostSlots = Math.min(settings.maxSlots(), configuredSlots.orElse(settings.maxSlots()));
    this.slots = Math.min(mostSlots, configuredSlots.orElse(settings.startSlots()));
    capacityIs(configuredKvTokens.orElse(Credit.UNLIMITED));
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public long kvTokens() {
    return kvTokens;
  }

  @Override
  public void observed(EngineStatus status, int inFlight, long kvTokensBeforeLatest) {
    slotsAre(
        status.slots(), configuredKvTokens.isPresent() || status.kvCapacityTokens().isPresent());
    capacityIs(configuredKvTokens.orElse(status.kvCapacityTokens().orElse(Credit.UNLIMITED)));
    queueIsEmpty = status.waiting().isPresent() && status.waiting().getAsInt() == 0;
    kvUseIsInBounds =
        status.kvCacheUse().isPresent() && status.kvCacheUse().getAsDouble() <= settings.maxKvUse();
    boolean kvPressure = status.kvCacheUse().isPresent() && !kvUseIsInBounds;
    boolean kvIsCounted = kvTokens < Credit.UNLIMITED;
    if (status.waiting().orElse(0) > settings.maxEngineWaiting() || (kvPressure && !kvIsCounted)) {
      shrinkSlots(inFlight);
    }
    if (kvPressure && kvIsCounted) {
      shrinkKvTokens(kvTokensBeforeLatest);
    }
  }

  @Override
  public void refused(int inFlight) {
    slots = Math.clamp(inFlight - 1L, 1, slots);
    endedWhileFull = 0;
  }

  @Override
  public void ended(int inFlight, long kvTokensInFlight) {
    endedWhileFull += inFlight >= slots ? 1 : 0;
    if (endedWhileFull >= slots) {
      slots = queueIsEmpty ? Math.min(mostSlots, slots + 1) : slots;
      endedWhileFull = 0;
    }
    endedWhileKvFull += isKvFull(kvTokensInFlight) ? 1 : 0;
    if (endedWhileKvFull >= slots) {
      kvTokens = kvUseIsInBounds ? grownKvTokens() : kvTokens;
      endedWhileKvFull = 0;
    }
  }

  private boolean isKvFull(long kvTokensInFlight) {
    return kvTokens < Credit.UNLIMITED && kvTokensInFlight >= kvTokens;
  }

  private long grownKvTokens() {
    long most = (long) (kvCapacity * settings.maxKvOvercommit());
    return Math.min(most, kvTokens + Math.max(1, kvCapacity / KV_STEPS));
  }

  private void shrinkSlots(int inFlight) {
    if (inFlight <= slots) {
      slots = Math.max(1, (int) (slots * settings.shrinkFactor()));
      endedWhileFull = 0;
    }
  }

  private void shrinkKvTokens(long kvTokensBeforeLatest) {
    if (kvTokensBeforeLatest <= kvTokens) {
      long least = Math.max(1, kvCapacity / KV_STEPS);
      kvTokens = Math.max(least, (long) (kvTokens * settings.shrinkFactor()));
      endedWhileKvFull = 0;
    }
  }

  /// @param kvIsKnown whether KV tokens bound what is sent, so that slots need not
  private void slotsAre(OptionalInt reported, boolean kvIsKnown) {
    if (configuredSlots.isEmpty() && reported.isPresent()) {
      mostSlots = Math.clamp(reported.getAsInt(), 1, settings.maxSlots());
      slots = started ? Math.min(slots, mostSlots) : mostSlots;
    } else if (configuredSlots.isEmpty() && kvIsKnown && !started) {
      slots = mostSlots;
    }
    started = true;
  }

  private void capacityIs(long capacity) {
    if (capacity != kvCapacity) {
      kvCapacity = capacity;
      kvTokens = capacity;
      endedWhileKvFull = 0;
    }
  }
}
