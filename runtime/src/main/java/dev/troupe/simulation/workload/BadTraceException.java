package dev.troupe.simulation.workload;

import java.io.IOException;
import java.nio.file.Path;

/// A trace that cannot be replayed. Its message has a line for each place, `FILE:LINE: reason`.
public final class BadTraceException extends IOException {

  /// @param line counted from 1
  public BadTraceException(Path file, int line, String reason) {
    this(file + ":" + line + ": " + reason);
  }

  BadTraceException(String message) {
    super(message);
  }
}
