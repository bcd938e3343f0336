package dev.troupe.laboratory;

import dev.troupe.simulation.Distribution;
import dev.troupe.simulation.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// One column of a table of results.
///
/// @param heading two short lines
/// @param isText whether it is aligned to the left
/// @param recorded what it says of the recording
record Column(
    Heading heading,
    boolean isText,
    Function<Row, String> cell,
    Function<Recorded, String> recorded) {

  /// One that is empty for the recording.
  Column(Heading heading, boolean isText, Function<Row, String> cell) {
    this(heading, isText, cell, _ -> "");
  }

  /// @param above may be empty
  record Heading(String above, String below) {
    @Override
    public String toString() {
      if (above.endsWith("-")) {
        return above.substring(0, above.length() - 1) + below;
      }
      return above.endsWith("÷") ? above + below : (above + " " + below).strip();
    }
  }

  /// How soon programs were served.
  ///
  /// @param comparing whether the last column relates each row to today's practice
  static List<Column> ofResponse(List<Row> rows, boolean comparing) {
    var columns = ofContender(rows);
    columns.add(
        new Column(
            new Heading("response, s", "mean (min–max)"),
            false,
            row -> row.spread(metrics -> metrics.responseSeconds().mean()).toString(),
            recorded -> Numbers.threeDigits(recorded.responseSeconds().mean())));
    columns.add(ofResponse("p50", Distribution::p50));
    columns.add(ofResponse("p95", Distribution::p95));
    columns.add(ofResponse("p99", Distribution::p99));
    columns.add(median("ms per", "token", metrics -> metrics.tokenLatencySeconds().mean() * 1e3));
    columns.add(median("progr.", "per s", metrics -> metrics.rates().servedPerSecond()));
    columns.add(median("make-", "span, s", metrics -> metrics.rates().makespanSeconds()));
    if (comparing) {
      columns.add(new Column(new Heading("times", "faster"), false, row -> gain(row, rows)));
    }
    return columns;
  }

  /// Why: what became of caches and memory, how long programs waited, how even it was.
  static List<Column> ofWork(List<Row> rows) {
    var columns = ofContender(rows);
    columns.add(percent("KV", "hits", metrics -> metrics.cache().hitRate()));
    columns.add(percent("filled", "again", metrics -> metrics.cache().reprefilledShare()));
    columns.add(
        new Column(
            new Heading("pre-", "empt."),
            false,
            row -> Long.toString(Math.round(row.spread(Metrics::preemptions).median()))));
    columns.add(median("wait÷", "serv p50", metrics -> metrics.waitingToService().p50()));
    columns.add(median("wait÷", "serv p95", metrics -> metrics.waitingToService().p95()));
    columns.add(median("wait÷", "serv p99", metrics -> metrics.waitingToService().p99()));
    columns.add(median("wait÷", "serv max", metrics -> metrics.waitingToService().max()));
    columns.add(
        new Column(
            new Heading("", "Jain"),
            false,
            row -> {
              double jain = row.spread(metrics -> metrics.fairness().ofPrograms()).median();
              return String.format(Locale.ROOT, "%.2f", jain);
            }));
    columns.add(median("µs per", "decision", metrics -> metrics.effort().decisionMicros()));
    return columns;
  }

  private static List<Column> ofContender(List<Row> rows) {
    var columns = new ArrayList<Column>();
    columns.add(new Column(new Heading("", "policy"), true, Row::policy, _ -> Recorded.NAME));
    if (rows.stream().map(Row::placement).distinct().count() > 1) {
      columns.add(new Column(new Heading("", "placement"), true, Row::placement));
    }
    return columns;
  }

  private static Column ofResponse(String heading, ToDoubleFunction<Distribution> measure) {
    return new Column(
        new Heading("", heading),
        false,
        row ->
            Numbers.threeDigits(
                row.spread(metrics -> measure.applyAsDouble(metrics.responseSeconds())).median()),
        recorded -> Numbers.threeDigits(measure.applyAsDouble(recorded.responseSeconds())));
  }

  private static Column median(String above, String below, ToDoubleFunction<Metrics> measure) {
    return new Column(
        new Heading(above, below), false, row -> Numbers.threeDigits(row.spread(measure).median()));
  }

  private static Column percent(String above, String below, ToDoubleFunction<Metrics> measure) {
    return new Column(
        new Heading(above, below),
        false,
        row -> Math.round(100 * row.spread(measure).median()) + "%");
  }

  private static String gain(Row row, List<Row> rows) {
    return row.today(rows)
        .map(today -> Numbers.threeDigits(row.gainOver(today).median()))
        .orElse("");
  }
}
