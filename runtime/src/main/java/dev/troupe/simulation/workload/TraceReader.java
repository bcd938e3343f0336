package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads a file of programs, plain or gzip, in one of two forms; which, it tells by the content.
///
/// Exported spans of OpenTelemetry: see [SpanReader].
///
/// Else one JSON object per line and program. A line has `id`, `kind`, `arrival_s`, `block_tokens` and `calls` in a topological order; `tenant`
/// where it is not the kind. A call has `id`, `parents`, `prompt_tokens`, `output_tokens`, and where
/// they are known `tool_wait_s` and `prefix_block_hashes`, runs `[first, count]` of the prompt's whole
/// blocks; a last block that the prompt only begins is left out. Other fields are ignored, unless they
/// are probably one of these that is missing, misspelt; and so are blank lines.
///
/// An `output_tokens` of 0 is read as 1, since an engine makes at least one token. A program whose id
/// came before gets a number behind it, such as `id#2`, so that ids name one program each.
public final class TraceReader {

  private static final int GZIP_MAGIC = 0x1f8b;
  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

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
      return SpanReader.recognizes(content)
          ? SpanReader.read(file, content, waits, seed)
          : lines(file, content);
    } catch (BadTraceException bad) {
      throw bad;
    } catch (IOException e) {
      throw new BadTraceException(file, 1, unreadable(e));
    }
  }

  private List<ProgramTrace> lines(Path file, InputStream content) throws BadTraceException {
    var programs = new ArrayList<ProgramTrace>();
    var seen = new HashMap<String, Integer>();
    int line = 0;
    try {
      var lines = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
      for (var text = lines.readLine(); text != null; text = lines.readLine()) {
        line++;
        var json = line == 1 ? withoutMark(text) : text;
        if (!json.isBlank()) {
          programs.add(numbered(program(json), seen));
        }
      }
    } catch (BadLineException e) {
      throw new BadTraceException(file, line, e.reason());
    } catch (IOException e) {
      throw new BadTraceException(file, line + 1, unreadable(e));
    }
    if (programs.isEmpty()) {
      throw new BadTraceException(
          file,
          1,
          "no program in this file; expected a JSON object for each, on a line of its own");
    }
    return programs;
  }

  /// Without the mark by which some editors say that a file is UTF-8.
  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static InputStream unpacked(BufferedInputStream raw) throws IOException {
    raw.mark(2);
    int magic = raw.read() << 8 | raw.read();
    raw.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(raw, 1 << 16) : raw;
  }

  private ProgramTrace program(String text) throws BadLineException {
    try {
      return ProgramLine.read(JSON.readTree(text), waits, seed);
    } catch (JacksonException e) {
      throw new BadLineException(
          notJson(e) + "; expected one whole JSON object on each line, as jq -c writes them");
    }
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
