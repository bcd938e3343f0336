package dev.troupe.schedule;

import java.util.Arrays;

/// What is known of the service that programs of one class need in all, and what follows from it for
/// a program that has received some of it: its Gittins rank.
///
/// ```
/// rank(a) = min over Δ of  E[min(S − a, Δ) | S > a] ÷ P(S − a ≤ Δ | S > a)
/// ```
///
/// Service that has to be given for one program to end, if the best moment to give up is chosen: the
/// program with the least is served first. Where programs are much alike the rank falls as a program
/// receives service, and who was begun is ended (arrival order). Where few programs need nearly all,
/// the rank rises, and newcomers go first (least attained service). No constant chooses between the
/// two: the past does. Of all policies that do not know a program's size this one has the least mean
/// response on one server that may interrupt its work.
///
/// The last of the programs seen count, [#KEPT] of them, and one more that nobody has seen, which
/// needs as much again as the program has received: so a program larger than all before has a rank
/// too, and few observations are not taken for certainty. And Δ is never so small that fewer than
/// √n of n programs ended within it: one that happened to end just then proves nothing.
///
/// J. Gittins, Bandit Processes and Dynamic Allocation Indices (1979); Aalto, Ayesta, Righter,
/// [On the Gittins index in the M/G/1 queue](https://doi.org/10.1007/s11134-009-9141-x).
///
/// Mutable, confined. `rank` is O(1) but for the first question after news in a band of attained
/// service, which is O(programs kept).
public final class Forecast {

  /// Programs whose service is remembered.
  static final int KEPT = 256;

  /// Attained service is told apart in bands, four for each doubling.
  private static final int BANDS_PER_DOUBLING = 4;

  private static final int BANDS = 64 * BANDS_PER_DOUBLING;

  private final long[] latest = new long[KEPT];
  private final double[] ranks = new double[BANDS];
  private long[] sorted = new long[0];
  private int seen;

  public Forecast() {
    Arrays.fill(ranks, Double.NaN);
  }

  /// A program has ended.
  ///
  /// @param serviceNanos what it received in all
  public void ended(long serviceNanos) {
    latest[seen++ % KEPT] = serviceNanos;
    // A distribution changes slowly: it is looked at anew after an eighth more.
    if (seen < 32 || seen % (KEPT / 8) == 0) {
      sorted = Arrays.copyOf(latest, Math.min(seen, KEPT));
      Arrays.sort(sorted);
      Arrays.fill(ranks, Double.NaN);
    }
  }

  /// Programs that have ended.
  public int seen() {
    return seen;
  }

  /// The rank of a program, in nanoseconds of service; the lowest goes first.
  public double rank(long attainedNanos) {
    int band = band(attainedNanos);
    if (Double.isNaN(ranks[band])) {
      ranks[band] = reckon(attainedNanos);
    }
    return ranks[band];
  }

  private static int band(long attainedNanos) {
    if (attainedNanos <= 0) {
      return 0;
    }
    double doublings = Math.log(attainedNanos) / Math.log(2);
    return Math.min(BANDS - 1, 1 + (int) (doublings * BANDS_PER_DOUBLING));
  }

  private double reckon(long attainedNanos) {
    int first = firstAbove(attainedNanos);
    int others = sorted.length - first;
    int all = others + 1;
    double least = Math.sqrt(all);
    double unseen = Math.max(1, attainedNanos);
    double best = Double.MAX_VALUE;
    double sum = 0;
    boolean isUnseenIn = false;
    for (int at = 0, taken = 0; at < all; at++) {
      boolean takeUnseen =
          !isUnseenIn && (taken == others || unseen <= sorted[first + taken] - attainedNanos);
      double rest = takeUnseen ? unseen : sorted[first + taken] - attainedNanos;
      isUnseenIn |= takeUnseen;
      taken += takeUnseen ? 0 : 1;
      sum += rest;
      if (at + 1 >= least) {
        best = Math.min(best, (sum + (all - at - 1) * rest) / (at + 1));
      }
    }
    return best;
  }

  private int firstAbove(long attainedNanos) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= attainedNanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
