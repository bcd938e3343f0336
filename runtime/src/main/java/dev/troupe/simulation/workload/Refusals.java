package dev.troupe.simulation.workload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is wrong with a file, so that not every correction shows the next thing to correct: the first
/// places with their reasons, and how many more there are.
final class Refusals {

  private static final int MOST_SHOWN = 10;

  private final Path file;
  private final List<String> shown = new ArrayList<>();
  private int more;

  Refusals(Path file) {
    this.file = file;
  }

  void add(int line, BadLineException bad) {
    add(new BadTraceException(file, line, bad.reason()));
  }

  void add(BadTraceException bad) {
    if (shown.size() < MOST_SHOWN) {
      shown.add(bad.getMessage());
    } else {
      more++;
    }
  }

  /// @throws BadTraceException with all of them, if there are any
  void raise() throws BadTraceException {
    if (more > 0) {
      shown.add(file + ": and " + more + " more");
    }
    if (!shown.isEmpty()) {
      throw new BadTraceException(String.join("\n", shown));
    }
  }
}
