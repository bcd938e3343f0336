package dev.troupe.node;

import java.util.Map;

/// What the exit code of a node's process tells of its end.
final class ExitCause {

  /// Above it, and up to 64 more, codes stand for signals.
  private static final int SIGNALS = 128;

  private static final int LAST_SIGNAL = 64;

  /// Pekko's `-1`, for a node that its cluster has removed or never let in.
  private static final int REMOVED = 255;

  private static final Map<Integer, String> SIGNAL_NAMES =
      Map.of(1, "HUP", 2, "INT", 3, "QUIT", 6, "ABRT", 9, "KILL", 11, "SEGV", 15, "TERM");

  /// `-XX:+ExitOnOutOfMemoryError`.
  private static final int OUT_OF_MEMORY = 3;

  private ExitCause() {}

  /// As the end of a sentence that begins with the node's name.
  static String of(int exitCode) {
    if (exitCode > SIGNALS && exitCode <= SIGNALS + LAST_SIGNAL) {
      int signal = exitCode - SIGNALS;
      var name = SIGNAL_NAMES.getOrDefault(signal, Integer.toString(signal));
      return "was ended by signal " + name;
    }
    return switch (exitCode) {
      case 0 -> "has left the cluster by itself";
      case OUT_OF_MEMORY -> "ran out of memory (raise it with TROUPE_JAVA_OPTS=-Xmx...)";
      case REMOVED -> "was removed by its cluster, as after a cut or a long pause, and ended";
      default -> "ended with code " + exitCode;
    };
  }
}
