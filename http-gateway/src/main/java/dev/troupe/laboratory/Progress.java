package dev.troupe.laboratory;

import dev.troupe.simulation.Setup;
import java.io.PrintWriter;

/// Shows how many runs are done: a line that rewrites itself where there is a terminal, else a line
/// at every tenth.
///
/// Confined to the thread that waits for the runs.
final class Progress {

  private static final int TENTHS = 10;

  private final PrintWriter out;
  private final boolean isTerminal;
  private int runs;

  Progress(PrintWriter out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  void began(int runs) {
    this.runs = runs;
    if (isTerminal) {
      show("simulating " + runs + " runs ...");
    }
  }

  /// @param done how many have ended, this one among them
  void ran(int done, Setup setup) {
    var line =
        "simulated %d of %d runs (%s, %s, load %s, seed %d)"
            .formatted(
                done,
                runs,
                setup.policy(),
                setup.placement(),
                Numbers.brief(setup.load()),
                setup.seed());
    if (isTerminal) {
      show(line);
    } else if (done * TENTHS / runs > (done - 1) * TENTHS / runs) {
      out.println(line);
      out.flush();
    }
  }

  void ended() {
    if (isTerminal) {
      show("");
    }
  }

  private void show(String line) {
    out.print("\r" + line + "\u001b[K");
    out.flush();
  }
}
