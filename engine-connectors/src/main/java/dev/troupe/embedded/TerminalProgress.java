package dev.troupe.embedded;

import java.io.PrintStream;
import java.util.Locale;

/// Shows progress to a person: a bar that moves where there is a terminal, else a line at every
/// tenth.
///
/// Confined to the thread that starts the node.
public final class TerminalProgress implements Progress {

  private static final int BAR_WIDTH = 30;
  private static final long MEBIBYTE = 1L << 20;

  private final PrintStream out;
  private final boolean isTerminal;
  private String shownStep = "";
  private long shownTenth = -1;

  public TerminalProgress(PrintStream out, boolean isTerminal) {
    this.out = out;
    this.isTerminal = isTerminal;
  }

  /// Shows progress on standard error, as what standard error is.
  public static TerminalProgress onStandardError() {
    var console = System.console();
    return new TerminalProgress(System.err, console != null && console.isTerminal());
  }

  @Override
  public void advanced(String what, long doneBytes, long totalBytes) {
    if (isTerminal) {
      out.print("\r" + bar(what, doneBytes, totalBytes) + "\u001b[K");
      out.flush();
      return;
    }
    long tenth = totalBytes == 0 ? 0 : doneBytes * 10 / totalBytes;
    if (!what.equals(shownStep) || tenth > shownTenth) {
      shownStep = what;
      shownTenth = tenth;
      out.println(what + ": " + amount(doneBytes, totalBytes));
    }
  }

  @Override
  public void finished(String what) {
    out.println(isTerminal ? "\r" + what + ": done\u001b[K" : what + ": done");
    shownStep = "";
    shownTenth = -1;
  }

  private static String bar(String what, long doneBytes, long totalBytes) {
    if (totalBytes == 0) {
      return what + ": " + amount(doneBytes, 0);
    }
    int filled = (int) Math.min(BAR_WIDTH, doneBytes * BAR_WIDTH / totalBytes);
    return what
        + " ["
        + "#".repeat(filled)
        + ".".repeat(BAR_WIDTH - filled)
        + "] "
        + amount(doneBytes, totalBytes);
  }

  private static String amount(long doneBytes, long totalBytes) {
    double done = doneBytes / (double) MEBIBYTE;
    if (totalBytes == 0) {
      return String.format(Locale.ROOT, "%.0f MB", done);
    }
    long percent = Math.min(100, doneBytes * 100 / totalBytes);
    double total = totalBytes / (double) MEBIBYTE;
    return String.format(Locale.ROOT, "%d %%, %.0f of %.0f MB", percent, done, total);
  }
}
