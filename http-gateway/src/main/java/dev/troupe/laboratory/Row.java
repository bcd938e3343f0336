package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// One contender at one load, over all seeds.
///
/// @param results by seed, in the order of the experiment
record Row(Contender contender, double load, List<Result> results) {

  private record Key(Contender contender, double load) {}

  Row {
    results = List.copyOf(results);
  }

  /// Groups results; rows are in the order of their first results.
  static List<Row> of(List<Result> results) {
    var groups = new LinkedHashMap<Key, List<Result>>();
    for (var result : results) {
      var setup = result.setup();
      var key = new Key(new Contender(setup.policy(), setup.placement()), setup.load());
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(result);
    }
    return groups.entrySet().stream()
        .map(group -> new Row(group.getKey().contender(), group.getKey().load(), group.getValue()))
        .toList();
  }

  String policy() {
    return contender.policy();
  }

  String placement() {
    return contender.placement();
  }

  /// How many programs came per second; empty where all came at once, and at no rate.
  String offered() {
    var rates =
        results.stream()
            .flatMapToDouble(result -> result.metrics().rates().offeredPerSecond().stream())
            .toArray();
    return rates.length == 0 ? "" : Numbers.threeDigits(Spread.of(rates).median());
  }

  Spread spread(ToDoubleFunction<Metrics> measure) {
    return Spread.of(results.stream().map(Result::metrics).mapToDouble(measure).toArray());
  }

  /// How many times shorter the mean response is than in the other row, seed by seed.
  Spread gainOver(Row other) {
    var gains = new double[results.size()];
    for (int seed = 0; seed < gains.length; seed++) {
      gains[seed] = meanResponse(other.results.get(seed)) / meanResponse(results.get(seed));
    }
    return Spread.of(gains);
  }

  private static double meanResponse(Result result) {
    return result.metrics().responseSeconds().mean();
  }

  /// Today's practice at the same load: the first row of [Experiment#TODAY] there.
  Optional<Row> today(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.policy().equals(Experiment.TODAY) && row.load == load)
        .findFirst();
  }
}
