package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads programs, one JSON object a line. A line has `id`, `kind`, `arrival_s`, `block_tokens` and `calls` in a topological order; `tenant`
/// where it is not the kind. A call has `id`, `parents`, `prompt_tokens`, `output_tokens`, and where
/// they are known `tool_wait_s` and `prefix_block_hashes`, runs `[first, count]` of the prompt's whole
/// blocks; a last block that the prompt only begins is left out. Other fields are ignored, unless they
/// are probably one of these that is missing, misspelt; and so are blank lines.
///
/// An `output_tokens` of 0 is read as 1, since an engine makes at least one token. A program whose id
/// came before gets a number behind it, such as `id#2`, so that ids name one program each.
final class ProgramReader {

  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private final Path file;
  private final WaitRule waits;
  private final long seed;
  private final List<ProgramTrace> programs = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private final Refusals refusals;

  private ProgramReader(Path file, WaitRule waits, long seed) {
    this.file = file;
    this.waits = waits;
    this.seed = seed;
    this.refusals = new Refusals(file);
  }

  /// @param seed for waits that are drawn
  static List<ProgramTrace> read(Path file, InputStream in, WaitRule waits, long seed)
      throws BadTraceException {
    var reader = new ProgramReader(file, waits, seed);
    reader.readAll(in);
    reader.refusals.raise();
    if (reader.programs.isEmpty()) {
      throw new BadTraceException(
          file,
          1,
          "no program in this file; expected a JSON object for each, on a line of its own");
    }
    return reader.programs;
  }

  private void readAll(InputStream in) {
    int line = 0;
    try {
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      boolean isOfThisForm = true;
      for (var text = lines.readLine(); isOfThisForm && text != null; text = lines.readLine()) {
        line++;
        var json = line == 1 ? withoutMark(text) : text;
        isOfThisForm = json.isBlank() || read(json, line);
      }
    } catch (IOException e) {
      refusals.add(new BadTraceException(file, line + 1, TraceReader.unreadable(e)));
    }
  }

  /// @return whether the file may be of this form: where its first line is no JSON, each of the others
  ///     would be refused for the same reason
  private boolean read(String text, int line) {
    boolean isJson = line > 1;
    try {
      var json = json(text);
      isJson = true;
      programs.add(numbered(ProgramLine.read(json, waits, seed)));
    } catch (BadLineException bad) {
      refusals.add(line, bad);
    }
    return isJson;
  }

  private static JsonNode json(String text) throws BadLineException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new BadLineException(
          TraceReader.notJson(e)
              + "; expected one whole JSON object on each line, as jq -c writes them");
    }
  }

  /// Without the mark by which some editors say that a file is UTF-8.
  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private ProgramTrace numbered(ProgramTrace program) {
    int times = seen.merge(program.id(), 1, Integer::sum);
    return times == 1 ? program : numbered(program.named(program.id() + "#" + times));
  }
}
