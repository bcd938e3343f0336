package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// One column of the table of results.
///
/// @param heading two short lines
/// @param isText whether it is aligned to the left
record Column(Heading heading, boolean isText, Function<Row, String> cell) {

  /// @param above may be empty
  record Heading(String above, String below) {
    @Override
    public String toString() {
      return above.endsWith("-")
          ? above.substring(0, above.length() - 1) + below
          : (above + " " + below).strip();
    }
  }

  /// Columns that tell the rows apart, then what was measured.
  ///
  /// @param comparing whether the last column relates each row to today's practice
  static List<Column> of(List<Row> rows, boolean comparing) {
    var columns = new ArrayList<Column>();
    columns.add(text("policy", Row::policy));
    if (rows.stream().map(Row::placement).distinct().count() > 1) {
      columns.add(text("placement", Row::placement));
    }
    if (rows.stream().map(Row::load).distinct().count() > 1) {
      columns.add(new Column(new Heading("", "load"), false, row -> Numbers.brief(row.load())));
    }
    var response = new Heading("response, s", "mean (min–max)");
    columns.add(
        new Column(
            response,
            false,
            row -> row.spread(metrics -> metrics.responseSeconds().mean()).toString()));
    columns.add(median("", "p50", metrics -> metrics.responseSeconds().p50()));
    columns.add(median("", "p95", metrics -> metrics.responseSeconds().p95()));
    columns.add(median("", "p99", metrics -> metrics.responseSeconds().p99()));
    columns.add(median("ms per", "token", metrics -> metrics.tokenLatencySeconds().mean() * 1e3));
    columns.add(median("progr.", "per s", metrics -> metrics.rates().servedPerSecond()));
    columns.add(percent(metrics -> metrics.cache().hitRate()));
    columns.add(
        new Column(
            new Heading("pre-", "empt."),
            false,
            row -> Long.toString(Math.round(row.spread(Metrics::preemptions).median()))));
    columns.add(
        new Column(
            new Heading("", "Jain"),
            false,
            row -> {
              double jain = row.spread(metrics -> metrics.fairness().ofPrograms()).median();
              return String.format(Locale.ROOT, "%.2f", jain);
            }));
    columns.add(median("max w.", "÷ serv", metrics -> metrics.waitingToService().max()));
    if (comparing) {
      columns.add(new Column(new Heading("times", "faster"), false, row -> gain(row, rows)));
    }
    return columns;
  }

  private static Column text(String heading, Function<Row, String> cell) {
    return new Column(new Heading("", heading), true, cell);
  }

  private static Column median(String above, String below, ToDoubleFunction<Metrics> measure) {
    return new Column(
        new Heading(above, below), false, row -> Numbers.threeDigits(row.spread(measure).median()));
  }

  private static Column percent(ToDoubleFunction<Metrics> measure) {
    return new Column(
        new Heading("KV", "hits"),
        false,
        row -> Math.round(100 * row.spread(measure).median()) + "%");
  }

  private static String gain(Row row, List<Row> rows) {
    return row.today(rows)
        .map(today -> Numbers.threeDigits(row.gainOver(today).median()))
        .orElse("");
  }
}
