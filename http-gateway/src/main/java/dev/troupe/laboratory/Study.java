package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;

/// Runs an experiment and shows its results: first what is simulated and expected, then the numbers.
///
/// @param comparing whether rows are related to today's practice
record Study(Bench bench, Terminal terminal, int threads, String commandLine, boolean comparing) {

  void run(Experiment experiment, ReportOptions report) throws IOException, InterruptedException {
    report.requireWritable();
    var introduction = report.isJson() ? terminal.errors() : terminal.out();
    introduction.println(Terminal.wrapped(experiment.simulated() + " " + experiment.expected()));
    introduction.flush();
    var batch = new Batch(bench, experiment.inputs(), threads, terminal.progress());
    var results = batch.run(experiment.setups());
    // Beside each other what is offered the same.
    var rows = Row.of(results).stream().sorted(Comparator.comparingDouble(Row::load)).toList();
    var columns = Column.of(rows, comparing);
    if (report.isJson()) {
      results.forEach(result -> terminal.out().println(Fields.json(result)));
    } else {
      terminal.out().print(TextTable.of(columns, rows));
      terminal.out().print(notes(results));
    }
    if (report.csv().isPresent()) {
      Files.writeString(report.csv().get(), Fields.csv(results));
    }
    if (report.html().isPresent()) {
      var page = new ResultPage(experiment, commandLine, rows, columns);
      Files.writeString(report.html().get(), page.html());
    }
  }

  private String notes(List<Result> results) {
    var notes = new StringBuilder("\nMedians over seeds.");
    if (comparing) {
      notes
          .append(" Times faster: mean response of ")
          .append(Experiment.TODAY)
          .append(" (with its first placement) ÷ this one's at the same load, seed by seed.");
    }
    int refused = results.stream().map(Result::metrics).mapToInt(Metrics::refused).max().orElse(0);
    if (refused > 0) {
      notes
          .append(" Programs refused, since no engine can hold them: ")
          .append(refused)
          .append('.');
    }
    int scaled = results.stream().map(Result::metrics).mapToInt(Metrics::scaled).max().orElse(0);
    if (scaled > 0) {
      notes
          .append(" Programs scaled down, so that an engine can hold them: ")
          .append(scaled)
          .append('.');
    }
    var efforts = results.stream().map(result -> result.metrics().effort()).toList();
    var decision =
        Spread.of(efforts.stream().mapToDouble(Metrics.Effort::decisionMicros).toArray());
    var speed = Spread.of(efforts.stream().mapToDouble(Metrics.Effort::callsPerSecond).toArray());
    notes.append(
        " Took %s µs per decision and simulated %.0f calls per second of each thread."
            .formatted(Numbers.threeDigits(decision.median()), speed.median()));
    return Terminal.wrapped(notes.toString());
  }
}
