package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads a file of programs, plain or gzip, in one of three forms; which, it tells by the content.
///
/// Exported spans of OpenTelemetry: see [SpanReader]. What a node has recorded, a call on each line: see
/// [RecordedCall].
///
/// Else one JSON object per line and program: see [ProgramLine]. A program whose id came before gets a number
/// behind it, such as `id#2`, so that ids name one program each.
public final class TraceReader {

  private static final int GZIP_MAGIC = 0x1f8b;

  private final WaitRule waits;
  private final long seed;

  /// @param seed for waits that are drawn
  public TraceReader(WaitRule waits, long seed) {
    this.waits = waits;
    this.seed = seed;
  }

  /// The programs of a file, by arrival. The workload has the file's name.
  ///
  /// @throws BadTraceException if the file is not of this form; nothing of it is returned
  /// @throws IOException if the file cannot be opened
  public Workload read(Path file) throws IOException {
    try (var raw = new BufferedInputStream(Files.newInputStream(file))) {
      return new Workload(String.valueOf(file.getFileName()), programs(file, raw));
    }
  }

  private List<ProgramTrace> programs(Path file, BufferedInputStream raw) throws BadTraceException {
    try {
      var content = new BufferedInputStream(unpacked(raw));
      var form = TraceForm.of(content);
      return switch (form) {
        case SPANS -> SpanReader.read(file, content, waits, seed);
        case RECORDING ->
            numbered(
                RecordedProgram.all(
                    JsonLines.read(file, content, form, new RecordedCalls()::read), waits, seed));
        case PROGRAMS ->
            numbered(
                JsonLines.read(file, content, form, line -> ProgramLine.read(line, waits, seed)));
      };
    } catch (BadTraceException bad) {
      throw bad;
    } catch (IOException e) {
      throw new BadTraceException(file, 1, unreadable(e));
    }
  }

  private static InputStream unpacked(BufferedInputStream raw) throws IOException {
    raw.mark(2);
    int magic = raw.read() << 8 | raw.read();
    raw.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(raw, 1 << 16) : raw;
  }

  private static List<ProgramTrace> numbered(List<ProgramTrace> programs) {
    var seen = new HashMap<String, Integer>();
    return programs.stream().map(program -> numbered(program, seen)).toList();
  }

  private static ProgramTrace numbered(ProgramTrace program, Map<String, Integer> seen) {
    int times = seen.merge(program.id(), 1, Integer::sum);
    return times == 1 ? program : numbered(program.named(program.id() + "#" + times), seen);
  }

  static String unreadable(IOException failure) {
    var reason = "cannot be read: " + failure.getMessage();
    boolean isPacking = failure instanceof EOFException || failure instanceof ZipException;
    return isPacking ? reason + "; its gzip is cut short or damaged, copy it again" : reason;
  }

  static String notJson(JacksonException broken) {
    var at = broken.getLocation();
    return (at == null ? "not JSON: " : "not JSON at column " + at.getColumnNr() + ": ")
        + broken
            .getOriginalMessage()
            .lines()
            .findFirst()
            .orElse("")
            // A place in a source that the parser does not show.
            .replaceAll(" \\(start marker at \\[[^]]*]\\)", "");
  }
}
