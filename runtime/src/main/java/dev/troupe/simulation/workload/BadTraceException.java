package dev.troupe.simulation.workload;

import java.io.IOException;
import java.nio.file.Path;

/// A trace that cannot be replayed, with the place and the reason: `FILE:LINE: reason`.
public final class BadTraceException extends IOException {

  private final transient Path file;
  private final int line;
  private final String reason;

  /// @param line counted from 1
  public BadTraceException(Path file, int line, String reason) {
    super(file + ":" + line + ": " + reason);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }

  public Path file() {
    return file;
  }

  public int line() {
    return line;
  }

  public String reason() {
    return reason;
  }
}
