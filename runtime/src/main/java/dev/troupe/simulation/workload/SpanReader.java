package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads exported spans of OpenTelemetry: one or more export requests of OTLP in JSON, one a line as
/// the collector's file exporter writes them, or over as many lines as they like.
///
/// A trace is a program, though its spans may be in several requests; [SpanProgram] tells how. Traces
/// without a call to a model are passed over.
final class SpanReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  /// The first field of an export request.
  static final String ROOT = "resourceSpans";

  private static final List<String> PATH = List.of(ROOT, "scopeSpans", "spans");

  private static final String NO_CALL =
      "no span of a call to a model; expected spans with gen_ai.operation.name, such as chat, and"
          + " gen_ai.usage.input_tokens and gen_ai.usage.output_tokens";

  private final Path file;
  private final Refusals refusals;
  private final Map<String, List<Span>> traces = new LinkedHashMap<>();

  private SpanReader(Path file) {
    this.file = file;
    this.refusals = new Refusals(file);
  }

  /// @param seed for waits that are drawn
  static List<ProgramTrace> read(Path file, InputStream in, WaitRule waits, long seed)
      throws BadTraceException {
    var reader = new SpanReader(file);
    reader.readAll(in);
    // A span that was refused would be missing in its trace.
    reader.refusals.raise();
    return reader.programs(waits, seed);
  }

  private void readAll(InputStream in) {
    int line = 1;
    try (var parser = JSON.createParser(in)) {
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        line = line(parser);
        if (token != JsonToken.START_OBJECT) {
          throw new BadTraceException(
              file, line, "not a JSON object; expected an export request with " + ROOT);
        }
        readElement(parser, PATH);
      }
    } catch (BadTraceException bad) {
      refusals.add(bad);
    } catch (JacksonException bad) {
      int at = bad.getLocation() == null ? line : bad.getLocation().getLineNr();
      refusals.add(
          new BadTraceException(
              file,
              at,
              TraceReader.notJson(bad) + "; expected whole export requests, the last one too"));
    } catch (IOException e) {
      refusals.add(new BadTraceException(file, line, TraceReader.unreadable(e)));
    }
  }

  /// Goes down to the spans; fields with other names are passed over, as OTLP wants it.
  ///
  /// @param path names of lists, each in the elements of the one before
  private void readElement(JsonParser parser, List<String> path) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      if (path.equals(PATH)) {
        requireSpans(parser);
      }
      boolean isNext = parser.currentName().equals(path.getFirst());
      if (parser.nextToken() != JsonToken.START_ARRAY || !isNext) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw new BadTraceException(
              file,
              line(parser),
              path.getFirst() + " has what is not a JSON object; OTLP has nothing else there");
        }
        if (path.size() == 1) {
          add(parser);
        } else {
          readElement(parser, path.subList(1, path.size()));
        }
      }
    }
  }

  private void requireSpans(JsonParser parser) throws IOException {
    try {
      TraceForm.SPANS.require(parser.currentName());
    } catch (BadLineException bad) {
      throw new BadTraceException(file, line(parser), bad.reason());
    }
  }

  private void add(JsonParser parser) throws IOException {
    int line = line(parser);
    try {
      var span = SpanObject.read(JSON.readTree(parser), line);
      traces.computeIfAbsent(span.trace(), _ -> new ArrayList<>()).add(span);
    } catch (BadLineException bad) {
      refusals.add(line, bad);
    }
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private List<ProgramTrace> programs(WaitRule waits, long seed) throws BadTraceException {
    var names = new BlockNames(0);
    var programs = new ArrayList<SpanProgram>();
    for (var spans : traces.values()) {
      try {
        var program = SpanProgram.of(file, spans);
        if (!program.calls().isEmpty()) {
          programs.add(program);
        }
      } catch (BadTraceException bad) {
        refusals.add(bad);
      }
    }
    refusals.raise();
    long firstNanos =
        programs.stream()
            .min(Comparator.comparingLong(SpanProgram::startNanos))
            .orElseThrow(() -> new BadTraceException(file, 1, NO_CALL))
            .startNanos();
    return programs.stream().map(program -> program.trace(firstNanos, names, waits, seed)).toList();
  }
}
