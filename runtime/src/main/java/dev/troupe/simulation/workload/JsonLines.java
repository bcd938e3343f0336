package dev.troupe.simulation.workload;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.io.JsonEOFException;
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
import java.util.List;

/// Reads objects of one form, a JSON object a line; blank lines are passed over. What is wrong is told of all
/// lines together.
///
/// @param <T> what a line tells of
final class JsonLines<T> {

  private static final ObjectReader JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  /// What the object on a line tells of.
  interface Line<T> {
    T read(JsonNode line) throws BadLineException;
  }

  private final TraceForm form;
  private final Line<T> line;
  private final List<T> objects = new ArrayList<>();
  private final Refusals refusals;

  private JsonLines(TraceForm form, Line<T> line, Refusals refusals) {
    this.form = form;
    this.line = line;
    this.refusals = refusals;
  }

  /// @return at least one
  static <T> List<T> read(Path file, InputStream in, TraceForm form, Line<T> line)
      throws BadTraceException {
    var lines = new JsonLines<>(form, line, new Refusals(file));
    lines.readAll(file, in);
    lines.refusals.raise();
    if (lines.objects.isEmpty()) {
      throw new BadTraceException(
          file,
          1,
          "no program in this file; expected a JSON object for each, on a line of its own");
    }
    return lines.objects;
  }

  private void readAll(Path file, InputStream in) {
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
  private boolean read(String text, int number) {
    boolean isJson = number > 1;
    try {
      var json = json(text, number);
      isJson = true;
      form.require(json);
      objects.add(line.read(json));
    } catch (BadLineException bad) {
      refusals.add(number, bad);
    }
    return isJson;
  }

  private static JsonNode json(String text, int line) throws BadLineException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      // The first line would be that of a file of another form.
      boolean isCutOff = line > 1 && e instanceof JsonEOFException;
      throw new BadLineException(
          TraceReader.notJson(e)
              + "; expected one whole JSON object on each line, as jq -c writes them"
              + (isCutOff ? "; a line that was cut off can be deleted" : ""));
    }
  }

  /// Without the mark by which some editors say that a file is UTF-8.
  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
