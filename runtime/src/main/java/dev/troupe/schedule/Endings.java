package dev.troupe.schedule;

import dev.troupe.program.Priority;
import java.util.Arrays;

/// How programs end, as learned from their calls: which of their stages is likely to be the last, and
/// what follows for the order of programs.
///
/// ```
/// ends(k)   = share of the stages k that were served and that no stage k + 1 followed
/// rank(k)   = min over m ≥ k of  (1 + S(k+1) + … + S(m)) ÷ (1 − S(m+1))     S(j): chance to get from k to j
/// weight(k) = rank(k) × share of all stages that no other followed
/// ```
///
/// The rank is Gittins' index in stages: how many are to be served for one program to end, if the best
/// moment to give up is chosen. Where few programs go on for long, it is 1 ÷ ends(k) and rises with k, so
/// that the young go first. Where all have the same number of stages it is what remains of them, and who
/// was begun is ended. Where the past tells nothing it is the same for all, and the weight is 1.
///
/// A program's end is not announced, and is not waited for either: of a stage whose successor is still to
/// come, by a tool or a person, it seems that the program has ended. There are few such stages, compared
/// with all that were seen, and they are of all kinds. Calls that wait count for the stage before
/// theirs from the moment they come, and for their own when they are sent: a long queue does not look
/// like the end of those that stand in it.
///
/// A stage counts by itself once it was seen more often than [#PRIOR] times, and is like all others until
/// then. Until so many stages were seen at all, each weighs 1.
///
/// J. Gittins, Bandit Processes and Dynamic Allocation Indices (1979); Aalto, Ayesta, Righter,
/// [On the Gittins index in the M/G/1 queue](https://doi.org/10.1007/s11134-009-9141-x): for a falling
/// hazard rate its order is least attained service first, for a rising one arrival order.
///
/// Mutable, confined. O(1), but once for a sixteenth more news: then O(bands²), some microseconds.
final class Endings {

  /// How often a stage must have been seen to count as much as all stages together.
  static final int PRIOR = 32;

  /// Stages to begin with that have a band of their own; then there are four bands for each doubling.
  private static final int FIRST = 8;

  private static final int BANDS = FIRST + 4 * 7;

  /// The first stage of each band, and the one behind the last.
  private static final int[] BEGINS = begins();

  /// Stages seen, beyond which all counts are halved: what was long ago counts less.
  private static final int KEPT = 16_384;

  private final double[] served = new double[BANDS];
  private final double[] followed = new double[BANDS];
  private final double[] weights = new double[BANDS];
  private double allServed;
  private double allFollowed;
  private int news;
  // Of all stages, the share that no other followed, as it was reckoned last. One that ends and one
  // that goes on before anything was seen.
  private double share = 0.5;

  Endings() {
    Arrays.fill(weights, 1);
  }

  private static int[] begins() {
    var begins = new int[BANDS + 1];
    for (int band = 0; band <= BANDS; band++) {
      begins[band] =
          band < FIRST ? band : (int) Math.ceil(FIRST * Math.pow(2, (band - FIRST) / 4.0));
    }
    return begins;
  }

  /// A call waits: its program went on.
  void came(Priority call) {
    if (call.beginsStage() && call.stage() > 0) {
      followed[band(call.stage() - 1)]++;
      allFollowed++;
      heard();
    }
  }

  /// A call goes to an engine.
  void sent(Priority call) {
    if (call.beginsStage()) {
      served[band(call.stage())]++;
      allServed++;
      heard();
    }
  }

  /// A call that was sent is back, unserved.
  void cameBack(Priority call) {
    if (call.beginsStage()) {
      served[band(call.stage())]--;
      allServed--;
    }
  }

  /// What a program's cost counts, whose waiting calls are of this stage: more than 1 where many stages
  /// are likely to follow.
  double weight(int stage) {
    return weights[band(stage)];
  }

  /// What a program's cost counts that is said to have so many stages to come, in the measure of the other
  /// weights: the rank of a number that is known is the number.
  double weightOf(double stages) {
    return stages * share;
  }

  private static int band(int stage) {
    int found = Arrays.binarySearch(BEGINS, 0, BANDS, stage);
    return found >= 0 ? found : -found - 2;
  }

  private void heard() {
    news++;
    if (allServed >= PRIOR && news >= allServed / 16) {
      news = 0;
      reckon();
      if (allServed > KEPT) {
        halve();
      }
    }
  }

  private void halve() {
    for (int band = 0; band < BANDS; band++) {
      served[band] /= 2;
      followed[band] /= 2;
    }
    allServed /= 2;
    allFollowed /= 2;
  }

  private void reckon() {
    share = (Math.max(0, allServed - allFollowed) + 1) / (allServed + 2);
    var goesOn = new double[BANDS];
    for (int band = 0; band < BANDS; band++) {
      double ended = Math.max(0, served[band] - followed[band]);
      goesOn[band] = 1 - (ended + PRIOR * share) / (Math.max(0, served[band]) + PRIOR);
    }
    for (int band = 0; band < BANDS; band++) {
      weights[band] = rank(band, goesOn) * share;
    }
  }

  /// The rank of a band's first stage. Within a band all stages end alike, so the best moment is one of
  /// the bands' ends or the first stage.
  private static double rank(int from, double[] goesOn) {
    double best = 1 / (1 - goesOn[from]);
    double reached = 1;
    double stages = 0;
    for (int band = from; band < BANDS; band++) {
      double rest = Math.pow(goesOn[band], BEGINS[band + 1] - BEGINS[band]);
      stages += reached * (1 - rest) / (1 - goesOn[band]);
      reached *= rest;
      best = Math.min(best, stages / (1 - reached));
    }
    return best;
  }
}
