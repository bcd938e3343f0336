package dev.troupe.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {

  private static final long MEBIBYTE = 1L << 20;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void movesABarOnATerminal() {
    var progress = new TerminalProgress(out, true);

    progress.advanced("fetching", 5 * MEBIBYTE, 10 * MEBIBYTE);

    assertThat(text())
        .isEqualTo("\rfetching [" + "#".repeat(15) + ".".repeat(15) + "] 50 %, 5 of 10 MB\u001b[K");
  }

  @Test
  void writesALineAtEveryTenthElsewhere() {
    var progress = new TerminalProgress(out, false);

    for (long done : new long[] {0, 1, 2, 11, 12, 100}) {
      progress.advanced("fetching", done * MEBIBYTE, 100 * MEBIBYTE);
    }
    progress.finished("fetching");

    assertThat(text().lines())
        .containsExactly(
            "fetching: 0 %, 0 of 100 MB",
            "fetching: 11 %, 11 of 100 MB", "fetching: 100 %, 100 of 100 MB", "fetching: done");
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
