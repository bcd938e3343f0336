package dev.troupe.node;

import java.io.OutputStream;
import java.io.PrintStream;

/// The end of the process while its node starts: Ctrl-C, or a request by the system. It is told in
/// one line; what breaks in the half-started node after that is no news.
///
/// The exit code is the JVM's own: 130 for Ctrl-C, 143 for a request to end.
final class EarlyEnd {

  private final Thread told = new Thread(EarlyEnd::tell, "early-end");

  private EarlyEnd() {}

  /// From now until it is asked for the first time, an end is early.
  static EarlyEnd watch() {
    var end = new EarlyEnd();
    try {
      Runtime.getRuntime().addShutdownHook(end.told);
    } catch (IllegalStateException ending) {
      tell();
    }
    return end;
  }

  /// Whether the process ends. Where it does not, later ends are not early any more.
  boolean hasCome() {
    try {
      return !Runtime.getRuntime().removeShutdownHook(told);
    } catch (IllegalStateException ending) {
      return true;
    }
  }

  private static void tell() {
    System.err.println("troupe: stopped while the node was starting");
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
  }
}
