package dev.troupe.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs and steps in the memory of one node, and whether there is room for more. Confined to its owner.
///
/// Room is asked for before anything is accepted and counts as taken from then on; what has been accepted is
/// never refused any more, though it grow. Runs that are over take no room: they are asked to leave, those
/// first that have rested for longest. A node that has refused something is full
/// until a tenth of its room is free again.
///
/// Cost: `O(1)`, and what it returns.
///
/// @param <K> names a run
public final class RunRoom<K> {

  /// @param runs in memory at most, before others are refused
  /// @param steps of all of them together, those inside steps counted once they are there
  public record Limits(int runs, int steps) {}

  /// What there is no room for.
  public enum Lack {
    RUNS,
    STEPS,
    /// The run alone would have more steps than there may be: there never is room.
    TOO_LARGE
  }

  /// @param promised steps that it may add
  private record Share(int steps, int promised, boolean isResting) {

    long taken() {
      return isResting ? promised : (long) steps + promised;
    }
  }

  private static final double RESUMES_BELOW = 0.9;

  private final Limits limits;
  private final Map<K, Share> shares = new HashMap<>();
  private final Map<K, Share> resting = new LinkedHashMap<>();
  private long taken;
  private long rested;
  private boolean isFull;

  public RunRoom(Limits limits) {
    this.limits = limits;
  }

  /// Asks for room. It is taken until [#settle] says what became of it.
  ///
  /// @param stays of the run's steps, as long as it goes on
  /// @param more steps
  /// @return what there is too little of; empty where there is room
  public Optional<Lack> ask(K run, int stays, int more) {
    if ((long) stays + more > limits.steps()) {
      // No sign of a full node.
      return Optional.of(Lack.TOO_LARGE);
    }
    @Nullable Share share = shares.get(run);
    boolean isNew = share == null || share.isResting();
    if (isNew && shares.size() - resting.size() >= limits.runs()) {
      isFull = true;
      return Optional.of(Lack.RUNS);
    }
    if (taken + more > limits.steps()) {
      isFull = true;
      return Optional.of(Lack.STEPS);
    }
    put(
        run,
        share == null
            ? new Share(0, more, false)
            : new Share(share.steps(), share.promised() + more, share.isResting()));
    return Optional.empty();
  }

  /// A run has so many steps.
  ///
  /// @param promised steps of those that it had asked for, which it has added now or never will
  /// @param isResting whether it is over, and could leave memory
  public void settle(K run, int promised, int steps, boolean isResting) {
    @Nullable Share share = shares.get(run);
    int open = share == null ? 0 : Math.max(0, share.promised() - promised);
    put(run, new Share(steps, open, isResting && open == 0));
  }

  /// A run has left memory.
  public void end(K run) {
    @Nullable Share share = shares.remove(run);
    if (share != null) {
      count(share, -1);
    }
    resting.remove(run);
    resume();
  }

  /// Runs that are to leave, so that all is within the limits again. They count no more; one that stays all
  /// the same says so by [#settle].
  public List<K> surplus() {
    List<K> surplus = new ArrayList<>();
    long steps = taken + rested;
    int runs = shares.size();
    for (Map.Entry<K, Share> each : resting.entrySet()) {
      if (steps <= limits.steps() && runs <= limits.runs()) {
        break;
      }
      surplus.add(each.getKey());
      steps -= each.getValue().steps();
      runs--;
    }
    surplus.forEach(this::end);
    return surplus;
  }

  /// Whether something was refused, and little room has come free since.
  public boolean isFull() {
    return isFull;
  }

  /// In memory, those resting among them.
  public int runs() {
    return shares.size();
  }

  /// Of all runs in memory, those promised among them.
  public long steps() {
    return taken + rested;
  }

  private void put(K run, Share share) {
    @Nullable Share before = shares.put(run, share);
    if (before != null) {
      count(before, -1);
    }
    count(share, 1);
    if (!share.isResting()) {
      resting.remove(run);
    } else {
      resting.put(run, share);
    }
    resume();
  }

  private void count(Share share, int sign) {
    taken += sign * share.taken();
    rested += share.isResting() ? sign * (long) share.steps() : 0;
  }

  private void resume() {
    boolean hasRoom =
        taken <= RESUMES_BELOW * limits.steps()
            && shares.size() - resting.size() <= RESUMES_BELOW * limits.runs();
    isFull &= !hasRoom;
  }
}
