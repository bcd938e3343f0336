package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import dev.troupe.simulation.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Searches, for each policy and placement, the highest load whose mean token latency (the median of
/// the seeds) stays at or below a target. Throughput is the rate of arrivals there, as in Autellix
/// ([arXiv 2502.13965](https://arxiv.org/abs/2502.13965), section 6).
///
/// All searches take their steps together, so that a step of each runs at once.
record ThroughputStudy(Bench bench, Terminal terminal, int threads, double targetSeconds) {

  /// One search.
  ///
  /// @param best at the highest load that met the target; empty while none did
  record Search(Contender contender, LoadSearch load, Optional<Row> best) {

    Search told(Row row, double targetSeconds) {
      double latency = row.spread(metrics -> metrics.tokenLatencySeconds().mean()).median();
      boolean meets = latency <= targetSeconds;
      return new Search(contender, load.told(row.load(), meets), meets ? Optional.of(row) : best);
    }

    /// Programs that arrive per second; empty when no load meets the target.
    OptionalDouble offeredPerSecond() {
      return best.map(row ->
              OptionalDouble.of(
                  row.spread(metrics -> metrics.rates().offeredPerSecond().orElse(0)).median()))
          .orElse(OptionalDouble.empty());
    }
  }

  void run(Experiment experiment) throws InterruptedException {
    terminal
        .out()
        .println(
            Terminal.wrapped(
                experiment.simulated(
                        "the highest load from "
                            + Numbers.brief(LoadSearch.LEAST)
                            + " to "
                            + Numbers.brief(LoadSearch.MOST)
                            + " at which the mean token latency (response time ÷ tokens generated,"
                            + " median of the seeds) is at most "
                            + Numbers.brief(targetSeconds)
                            + " s")
                    + " "
                    + experiment.expected()));
    terminal.out().flush();
    terminal.out().print(table(searched(experiment)));
  }

  List<Search> searched(Experiment experiment) throws InterruptedException {
    var searches = new ArrayList<Search>();
    for (var contender : experiment.contenders()) {
      searches.add(new Search(contender, LoadSearch.START, Optional.empty()));
    }
    var batch = new Batch(bench, experiment.inputs(), threads, terminal.progress());
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
    var today = searches.getFirst().offeredPerSecond();
    var lines = new StringBuilder();
    lines.append(line("policy", "placement", "load", "programs/s", "KV hits", "times more"));
    for (var search : searches) {
      lines.append(
          search.best().map(row -> line(search, row, today)).orElseGet(() -> none(search)));
    }
    return lines
        .append("\nTimes more: programs per second ÷ those of ")
        .append(Experiment.TODAY)
        .append(".\n")
        .toString();
  }

  private static String line(Search search, Row row, OptionalDouble today) {
    var bound = search.load().met() >= LoadSearch.MOST ? "≥" : "";
    double offered = search.offeredPerSecond().orElseThrow();
    double hits = row.spread((Metrics metrics) -> metrics.cache().hitRate()).median();
    return line(
        search.contender().policy(),
        search.contender().placement(),
        bound + Numbers.threeDigits(row.load()),
        bound + Numbers.threeDigits(offered),
        Math.round(100 * hits) + "%",
        today.isPresent() ? Numbers.threeDigits(offered / today.getAsDouble()) : "");
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
