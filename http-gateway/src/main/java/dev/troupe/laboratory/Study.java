package dev.troupe.laboratory;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;

/// Runs an experiment and shows its results: first what is simulated and expected, then the numbers.
///
/// @param comparing whether rows are related to today's practice
record Study(
    Bench bench, RunOptions run, Terminal terminal, Statement statement, boolean comparing) {

  void run(Experiment experiment, ReportOptions report, PageOption page)
      throws IOException, InterruptedException {
    report.requireWritable();
    page.requireWritable();
    var batch = new Batch(bench, experiment.inputs(), run.threads(), terminal.progress());
    report.introduce(statement, terminal);
    var results = batch.run(experiment.setups());
    // Beside each other what is offered the same.
    var rows = Row.of(results).stream().sorted(Comparator.comparingDouble(Row::load)).toList();
    var recorded = Recorded.of(experiment, bench);
    var tables =
        List.of(
            Table.of(Column.ofResponse(rows, comparing), rows, recorded),
            Table.of(Column.ofWork(rows), rows));
    var conclusion = comparing ? Conclusion.of(rows) : List.<String>of();
    if (!report.isJson()) {
      tables.forEach(table -> terminal.out().println(TextTable.of(table)));
      if (!conclusion.isEmpty()) {
        conclusion.forEach(sentence -> terminal.out().print(Terminal.wrapped(sentence)));
        terminal.out().println();
      }
      terminal.out().print(notes(tables, rows, results));
    }
    report.write(Fields.of(results, recorded), statement, terminal);
    if (page.html().isPresent()) {
      var drawn =
          new ResultPage(experiment, statement, run.commandLine(), conclusion, rows, tables);
      Files.writeString(page.html().get(), drawn.html());
    }
  }

  private String notes(List<Table> tables, List<Row> rows, List<Result> results) {
    var notes =
        new StringBuilder(
            "Medians over seeds. Filled again: prompts computed though the program had them in a cache"
                + " before, as a share of all. Wait÷serv: waiting ÷ engine time, per program.");
    if (comparing) {
      notes
          .append(" Times faster: mean response of ")
          .append(Experiment.TODAY)
          .append(" (with its first placement) ÷ this one's at the same load, seed by seed.");
    }
    tables.forEach(table -> notes.append(table.note()));
    notes.append(Burst.note(rows)).append(Oversized.note(results));
    var speed =
        Spread.of(
            results.stream()
                .mapToDouble(result -> result.metrics().effort().callsPerSecond())
                .toArray());
    notes.append(" Simulated %.0f calls per second of each thread.".formatted(speed.median()));
    return Terminal.wrapped(notes.toString());
  }
}
