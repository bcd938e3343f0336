package dev.troupe.laboratory;

import dev.troupe.simulation.Lengths;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/// What engines and policies are fed with.
///
/// @param limit at most so many programs, the first to arrive; empty for all of a trace, or as many
///     as a generator makes by itself
/// @param toolWaits how long a program waits between calls: `recorded`, `none`, `cap=60s`,
///     `drawn=web-search`
/// @param lengths which programs say how many calls they still make
public record Inputs(
    Source source,
    OptionalInt limit,
    String toolWaits,
    Oversize oversize,
    Half half,
    Lengths lengths) {

  /// Where programs come from.
  public sealed interface Source {

    /// How a report calls it.
    String name();

    /// A file of recorded programs, gzip or not.
    record Trace(Path file) implements Source {
      @Override
      public String name() {
        return file.toString();
      }
    }

    /// Programs drawn by a generator.
    record Generated(String name) implements Source {}
  }

  /// What becomes of programs with a call that no engine of the profile can hold.
  public enum Oversize {
    REFUSE,
    SCALE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Which programs of the source are taken, so that what was fitted on one half is reported on the
  /// other.
  public enum Half {
    ALL,
    FIT,
    REPORT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Inputs {
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "--programs: expected at least 1, not " + limit.getAsInt());
    }
  }

  @Override
  public String toString() {
    var programs =
        switch (half) {
          case ALL -> "the programs of ";
          case FIT -> "the half to fit on of the programs of ";
          case REPORT -> "the half to report on of the programs of ";
        };
    var first = limit.isPresent() ? "at most " + limit.getAsInt() + " of " : "";
    var large =
        switch (oversize) {
          case REFUSE -> "refused";
          case SCALE -> "scaled down";
        };
    return first
        + programs
        + source.name()
        + " (tool waits: "
        + toolWaits
        + "; programs too large for an engine are "
        + large
        + (lengths.equals(Lengths.UNSAID) ? "" : "; " + lengths)
        + ")";
  }
}
