package dev.troupe.simulation;

import dev.troupe.program.Fingerprint;
import dev.troupe.program.Program;
import dev.troupe.program.RemainingCalls;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Which programs of a simulation say how many calls they still make, and how well they know it.
///
/// Which they are, and by how much each is wrong, is drawn once for a program, by the seed of the run: a
/// program says with each call the number that is true then, times its error.
///
/// @param share of programs that say it, 0 to 1
/// @param error of the number with this call in it: the standard deviation of its logarithm, 0 to
///     [#MOST_ERROR]; 0 is the truth
public record Lengths(double share, double error) {

  public static final double MOST_ERROR = 10;

  /// Nobody says anything.
  public static final Lengths UNSAID = new Lengths(0, 0);

  /// Apart from what else is drawn by seed and id, such as the waits of a trace.
  private static final long DRAW = Fingerprint.of("lengths");

  public Lengths {
    require("a share", share, 1);
    require("an error", error, MOST_ERROR);
  }

  private static void require(String what, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          what + " is a number from 0 to " + Math.round(most) + ", not " + value);
    }
  }

  /// Whether any program says anything.
  public boolean areSaid() {
    return share > 0;
  }

  /// What a program says with a call.
  ///
  /// @param after calls that it makes after this one
  /// @return empty when it is none of those that say it
  OptionalInt said(Program.Id program, long seed, int after) {
    var drawn = randomOf(program, seed);
    if (drawn.nextDouble() >= share) {
      return OptionalInt.empty();
    }
    double calls = (1.0 + after) * Math.exp(error * drawn.nextGaussian());
    return OptionalInt.of((int) Math.clamp(Math.round(calls) - 1, 0, RemainingCalls.MOST));
  }

  private static RandomGenerator randomOf(Program.Id program, long seed) {
    long drawn = Fingerprint.chain(DRAW, Fingerprint.of(program.value()));
    return new SplittableRandom(Fingerprint.chain(seed, drawn));
  }

  @Override
  public String toString() {
    return areSaid()
        ? "%s of programs say how many calls they still make, with an error of %s"
            .formatted(share == 1 ? "all" : Math.round(1000 * share) / 10.0 + " %", error)
        : "no program says how many calls it still makes";
  }
}
