package dev.troupe.simulation;

/// How regular the lengths of programs are: η = −correlation of calls done and calls left, over all
/// calls of all ended programs. 1 when all are of one length, 0 when every call may be the last with
/// equal chance, negative when long programs grow longer still.
///
/// [Continuum](https://arxiv.org/abs/2511.02230), section 4.2.
final class Turns {

  private double count;
  private double done;
  private double left;
  private double doneSquared;
  private double leftSquared;
  private double product;

  void ended(int calls) {
    for (int at = 1; at <= calls; at++) {
      double rest = calls - at;
      count++;
      done += at;
      left += rest;
      doneSquared += (double) at * at;
      leftSquared += rest * rest;
      product += at * rest;
    }
  }

  /// η; 1 while nothing is known.
  double regularity() {
    double doneSpread = count * doneSquared - done * done;
    double leftSpread = count * leftSquared - left * left;
    if (doneSpread <= 0 || leftSpread <= 0) {
      return 1;
    }
    return -(count * product - done * left) / Math.sqrt(doneSpread * leftSpread);
  }
}
