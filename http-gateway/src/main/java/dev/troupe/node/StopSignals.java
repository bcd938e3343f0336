package dev.troupe.node;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/// Ctrl-C, and the system's request to end: the first lets the process leave in good order, the second
/// ends it at once. The JVM alone would ignore the second.
///
/// The exit code is that of the signal: 130 for Ctrl-C, 143 for a request to end.
final class StopSignals {

  private static final List<String> NAMES = List.of("INT", "TERM");

  private StopSignals() {}

  /// @param leaving says what happens at the first, in one line
  /// @param atOnce done at the second, before the process ends
  static void watch(String leaving, Runnable atOnce) {
    var hasCome = new AtomicBoolean();
    for (var name : NAMES) {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (hasCome.compareAndSet(false, true)) {
              leave(signal, leaving);
            } else {
              end(signal, atOnce);
            }
          });
    }
  }

  /// Ctrl-C reaches every process of a terminal; one whose parent sees to its end leaves it to that.
  static void ignoreInterrupts() {
    Signal.handle(new Signal("INT"), _ -> {});
  }

  private static void leave(Signal signal, String leaving) {
    System.err.println("troupe: " + leaving + "; once more ends it at once");
    System.exit(exitCode(signal));
  }

  private static void end(Signal signal, Runnable atOnce) {
    System.err.println("troupe: ended at once");
    atOnce.run();
    Runtime.getRuntime().halt(exitCode(signal));
  }

  private static int exitCode(Signal signal) {
    return 128 + signal.getNumber();
  }
}
