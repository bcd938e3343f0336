package dev.troupe.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeSet;

/// Permits to start steps, for the runs of one tenant: each start takes one, which is held until the step has
/// ended. Confined to its owner, which brings the time.
///
/// A run says what it holds and wants, as often as that changes and once in a while; what it said before
/// counts no more, nor does a run that says nothing for long. Of those that want one, the run that holds the
/// fewest is next, then the one that has waited longest for its turn (max-min fairness). Starts are spaced evenly, as the generic cell rate
/// algorithm has it (ITU-T I.371), so that a delay on the way to a run does not push two seconds' starts
/// into one.
///
/// Whoever begins with it knows nothing of what runs hold, and grants nothing before [#LEARNING_MILLIS]
/// have passed. Cost: `O(log n)` for n runs that want permits.
///
/// @param <K> names a run
public final class TenantPermits<K> {

  /// Within this time every run has said what it holds, some times.
  public static final long LEARNING_MILLIS = 5_000;

  /// A permit that a run has not received by then is lost.
  private static final long LOST_AFTER_MILLIS = 10_000;

  /// A run that holds or wants something says so much more often: one that has been silent for so long has
  /// nothing, and its last word was lost.
  static final long SILENT_MILLIS = 30_000;

  /// What a late timer may make up for.
  private static final double LATENESS_MILLIS = 20;

  private static final double MILLIS_PER_SECOND = 1_000;

  /// @param held permits of steps that run
  /// @param received permits since the owner began
  /// @param wanted beyond those received
  public record Said(int held, long received, int wanted) {}

  /// Permits for a run.
  public record Grant<K>(K run, int permits) {}

  private static final class Share<K> {
    final K run;
    long granted;
    long grantedAtMillis;
    long turn;
    long saidAtMillis;
    Said said = new Said(0, 0, 0);

    Share(K run) {
      this.run = run;
    }

    long underWay() {
      return granted - said.received();
    }

    long taken() {
      return said.held() + underWay();
    }

    boolean wants() {
      return said.wanted() > underWay();
    }

    long turn() {
      return turn;
    }
  }

  private final TenantLimits limits;
  private final long learnedAtMillis;

  /// Those first who have been silent for longest.
  private final SequencedMap<K, Share<K>> shares = new LinkedHashMap<>();

  private final TreeSet<Share<K>> wanting =
      new TreeSet<>(
          Comparator.<Share<K>>comparingLong(Share::taken).thenComparingLong(Share::turn));
  private long taken;
  private long turns;
  private double nextStartMillis;

  /// @param begunMillis when its owner began: of what runs hold since before, and of what started, it knows
  ///     nothing
  public TenantPermits(TenantLimits limits, long begunMillis) {
    this.limits = limits;
    this.learnedAtMillis = begunMillis + LEARNING_MILLIS;
    this.nextStartMillis = begunMillis + intervalMillis();
  }

  /// A run says what it holds and wants.
  public void say(K run, Said said, long nowMillis) {
    Share<K> share = shares.computeIfAbsent(run, this::share);
    takeOut(share);
    share.saidAtMillis = nowMillis;
    // It may know of permits of another owner, from before.
    share.granted = Math.max(share.granted, said.received());
    if (nowMillis - share.grantedAtMillis > LOST_AFTER_MILLIS) {
      share.granted = said.received();
    }
    share.said = said;
    if (share.taken() == 0 && said.wanted() == 0) {
      shares.remove(run);
    } else {
      shares.putLast(run, share);
      putBack(share);
    }
  }

  private Share<K> share(K run) {
    Share<K> share = new Share<>(run);
    share.turn = turns++;
    return share;
  }

  /// A run is gone, with all that it held.
  public void end(K run) {
    Share<K> share = shares.remove(run);
    if (share != null) {
      takeOut(share);
    }
  }

  /// Grants what can be granted now.
  public List<Grant<K>> grants(long nowMillis) {
    while (!shares.isEmpty()
        && nowMillis - shares.firstEntry().getValue().saidAtMillis > SILENT_MILLIS) {
      end(shares.firstEntry().getKey());
    }
    Map<K, Integer> granted = new LinkedHashMap<>();
    while (mayGrant(nowMillis)) {
      Share<K> next = wanting.first();
      takeOut(next);
      next.granted++;
      next.grantedAtMillis = nowMillis;
      next.turn = turns++;
      putBack(next);
      nextStartMillis = Math.max(nextStartMillis, nowMillis - LATENESS_MILLIS) + intervalMillis();
      granted.merge(next.run, 1, Integer::sum);
    }
    List<Grant<K>> grants = new ArrayList<>();
    granted.forEach((run, permits) -> grants.add(new Grant<>(run, permits)));
    return grants;
  }

  /// When something can be granted though no run says anything; empty where that is not so.
  public OptionalLong nextMillis() {
    return wanting.isEmpty() || !hasRoom()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(learnedAtMillis, (long) Math.ceil(nextStartMillis)));
  }

  /// Whether no run holds or wants anything, and no start is so recent that it counts: then a new one is the
  /// same.
  public boolean isForgettable(long nowMillis) {
    return shares.isEmpty() && nowMillis >= nextStartMillis;
  }

  private boolean mayGrant(long nowMillis) {
    return !wanting.isEmpty()
        && hasRoom()
        && nowMillis >= learnedAtMillis
        && (limits.tasksPerSecond().isEmpty() || nowMillis >= nextStartMillis);
  }

  private boolean hasRoom() {
    OptionalInt most = limits.concurrentTasks();
    return most.isEmpty() || taken < most.getAsInt();
  }

  private double intervalMillis() {
    return limits.tasksPerSecond().isPresent()
        ? MILLIS_PER_SECOND / limits.tasksPerSecond().getAsDouble()
        : 0;
  }

  private void takeOut(Share<K> share) {
    wanting.remove(share);
    taken -= share.taken();
  }

  private void putBack(Share<K> share) {
    taken += share.taken();
    if (share.wants()) {
      wanting.add(share);
    }
  }
}
