package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import dev.troupe.simulation.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// Searches, for each policy and placement, the highest load whose mean token latency (the median of
/// the seeds) stays at or below a target. Throughput is the rate of arrivals there, as in Autellix
/// ([arXiv 2502.13965](https://arxiv.org/abs/2502.13965), section 6).
///
/// All searches take their steps together, so that a step of each runs at once.
record ThroughputStudy(Bench bench, Terminal terminal, int threads, double targetSeconds) {

  /// One search.
  ///
  /// @param latest at the load that was tried last; empty before any
  /// @param best at the highest load that met the target; empty while none did
  record Search(Contender contender, LoadSearch load, Optional<Row> latest, Optional<Row> best) {

    static Search of(Contender contender) {
      return new Search(contender, LoadSearch.START, Optional.empty(), Optional.empty());
    }

    Search told(Row row, double targetSeconds) {
      double latency = row.spread(metrics -> metrics.tokenLatencySeconds().mean()).median();
      boolean meets = latency <= targetSeconds;
      var tried = Optional.of(row);
      return new Search(contender, load.told(row.load(), meets), tried, meets ? tried : best);
    }

    /// One run, for what is the same at every load.
    Result anyRun() {
      return latest.orElseThrow().results().getFirst();
    }

    /// Empty when no load meets the target, as is what follows.
    OptionalDouble metLoad() {
      return best.map(row -> OptionalDouble.of(row.load())).orElse(OptionalDouble.empty());
    }

    /// Programs that arrive per second.
    OptionalDouble offeredPerSecond() {
      return median(metrics -> metrics.rates().offeredPerSecond().orElse(0));
    }

    /// Of all seeds.
    OptionalDouble median(ToDoubleFunction<Metrics> measure) {
      return best.map(row -> OptionalDouble.of(row.spread(measure).median()))
          .orElse(OptionalDouble.empty());
    }

    /// Whether no load that was tried misses the target.
    boolean isLowerBound() {
      return load.met() >= LoadSearch.MOST;
    }

    /// How many times as many programs per second as in another.
    OptionalDouble timesOf(Search other) {
      return offeredPerSecond().isPresent() && other.offeredPerSecond().isPresent()
          ? OptionalDouble.of(
              offeredPerSecond().getAsDouble() / other.offeredPerSecond().getAsDouble())
          : OptionalDouble.empty();
    }
  }

  void run(Experiment experiment, ReportOptions report) throws IOException, InterruptedException {
    report.requireWritable();
    var batch = new Batch(bench, experiment.inputs(), threads, terminal.progress());
    var statement = Statement.of(experiment, bench, sought(), Expectation.OF_THROUGHPUT);
    report.introduce(statement, terminal);
    var searches = searched(experiment, batch);
    var today = searches.getFirst();
    if (!report.isJson()) {
      terminal.out().print(table(searches));
    }
    report.write(
        searches.stream()
            .map(search -> Fields.of(search, experiment, targetSeconds, search.timesOf(today)))
            .toList(),
        statement,
        terminal);
  }

  /// Which load, in words.
  private String sought() {
    return "the highest load from "
        + Numbers.brief(LoadSearch.LEAST)
        + " to "
        + Numbers.brief(LoadSearch.MOST)
        + " at which the mean token latency (response time ÷ tokens generated, median of the"
        + " seeds) is at most "
        + Numbers.brief(targetSeconds)
        + " s";
  }

  private List<Search> searched(Experiment experiment, Batch batch) throws InterruptedException {
    var searches = new ArrayList<Search>();
    for (var contender : experiment.contenders()) {
      searches.add(Search.of(contender));
    }
    var setups = nextStep(experiment, searches);
    while (!setups.isEmpty()) {
      for (var row : Row.of(batch.run(setups))) {
        searches.replaceAll(search ->
            search.contender().equals(row.contender()) ? search.told(row, targetSeconds) : search);
      }
      setups = nextStep(experiment, searches);
    }
    return searches;
  }

  private static List<Setup> nextStep(Experiment experiment, List<Search> searches) {
    var setups = new ArrayList<Setup>();
    for (var search : searches) {
      search
          .load()
          .next()
          .ifPresent(load -> setups.addAll(experiment.runs(search.contender(), load)));
    }
    return setups;
  }

  private static String table(List<Search> searches) {
    var today = searches.getFirst();
    var lines = new StringBuilder();
    lines.append(line("policy", "placement", "load", "programs/s", "KV hits", "times more"));
    for (var search : searches) {
      lines.append(
          search.best().map(row -> line(search, row, today)).orElseGet(() -> none(search)));
    }
    var found = searches.stream().flatMap(search -> search.best().stream()).toList();
    var results = searches.stream().map(Search::anyRun).toList();
    return lines.append("\n")
        + Terminal.wrapped(
            "Times more: programs per second ÷ those of "
                + Experiment.TODAY
                + "."
                + Burst.note(found)
                + Oversized.note(results));
  }

  private static String line(Search search, Row row, Search today) {
    var bound = search.isLowerBound() ? "≥" : "";
    double hits = row.spread(metrics -> metrics.cache().hitRate()).median();
    var times = search.timesOf(today);
    return line(
        search.contender().policy(),
        search.contender().placement(),
        bound + Numbers.threeDigits(row.load()),
        bound + Numbers.threeDigits(search.offeredPerSecond().orElseThrow()),
        Math.round(100 * hits) + "%",
        times.isPresent() ? Numbers.threeDigits(times.getAsDouble()) : "");
  }

  private static String none(Search search) {
    return line(search.contender().policy(), search.contender().placement(), "none", "", "", "");
  }

  private static String line(
      String policy, String placement, String load, String rate, String hits, String ratio) {
    return "%-24s %-18s %8s %12s %8s %11s"
            .formatted(policy, placement, load, rate, hits, ratio)
            .stripTrailing()
        + "\n";
  }
}
