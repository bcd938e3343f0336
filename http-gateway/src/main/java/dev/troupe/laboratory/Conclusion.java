package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import dev.troupe.simulation.Policies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// What a comparison comes to at one load, in a sentence: who has the lowest mean response, how
/// much that is beside today's practice, what becomes of the 99th percentile, and whether all seeds
/// say so.
///
/// Seeds are compared one by one, since with one seed all policies are given the same arrivals.
final class Conclusion {

  private static final int MOST_NAMED = 3;

  /// What two numbers may differ by and be called the same.
  private static final double SAME = 0.01;

  private final List<Row> rows;
  private final List<Row> compared;
  private final Row today;
  private final Row best;

  /// @param rows at one load, today's practice among them
  private Conclusion(List<Row> rows) {
    this.rows = rows;
    this.compared = compared(rows);
    this.today = rows.getFirst().today(rows).orElseThrow();
    this.best =
        compared.stream()
            .min(Comparator.comparingDouble(row -> row.spread(Conclusion::mean).median()))
            .orElseThrow();
  }

  /// A sentence for each load, and one for what they leave out.
  ///
  /// @param rows with today's practice at each load
  static List<String> of(List<Row> rows) {
    var sentences = new ArrayList<String>();
    rows.stream()
        .map(Row::load)
        .distinct()
        .map(load -> rows.stream().filter(row -> row.load() == load).toList())
        .forEach(atLoad -> sentences.add(new Conclusion(atLoad).sentence()));
    var compared = compared(rows);
    var leftOut =
        rows.stream()
            .filter(row -> !compared.contains(row))
            .map(Row::policy)
            .distinct()
            .collect(Collectors.joining(", "));
    if (!leftOut.isEmpty()) {
      sentences.add("Left out here, since they are told what no policy knows: " + leftOut + ".");
    }
    return List.copyOf(sentences);
  }

  /// Policies alone, where there is one beside today's practice.
  private static List<Row> compared(List<Row> rows) {
    var policies = rows.stream().filter(row -> !Policies.bounds().contains(row.policy())).toList();
    return policies.stream().allMatch(row -> row.policy().equals(Experiment.TODAY))
        ? rows
        : policies;
  }

  private String sentence() {
    var load = "At load " + Numbers.brief(best.load());
    if (!others().isEmpty() && others().stream().allMatch(this::isLikeToday)) {
      return ("%s no mean response differs by 1 %% from that of %s, %s; more programs, more load or fewer"
              + " engines would tell policies apart.")
          .formatted(load, name(today), seconds(today));
    }
    if (best.equals(today)) {
      return "%s nothing has a lower mean response than %s, %s%s%s%s."
          .formatted(load, name(today), seconds(today), next(), shipped(), rivals());
    }
    return "%s %s has the lowest mean response, %s, %s times as fast as %s%s; %s%s."
        .formatted(
            load,
            name(best),
            seconds(best),
            best.gainOver(today),
            name(today),
            certainty(),
            tail(),
            rivals());
  }

  private static String seconds(Row row) {
    return Numbers.threeDigits(row.spread(Conclusion::mean).median()) + " s";
  }

  private List<Row> others() {
    return compared.stream().filter(row -> !row.equals(today)).toList();
  }

  /// With every seed.
  private boolean isLikeToday(Row row) {
    var gain = row.gainOver(today);
    return areAlike(gain.least(), 1) && areAlike(gain.most(), 1);
  }

  private static boolean areAlike(double one, double other) {
    return Math.abs(one - other) < SAME * other;
  }

  /// The best of the others, where today's practice is best.
  private String next() {
    return others().stream()
        .max(Comparator.comparingDouble(row -> row.gainOver(today).median()))
        .map(row -> "; next is %s, %s times as fast".formatted(name(row), row.gainOver(today)))
        .orElse("");
  }

  /// The default, unless it has been named.
  private String shipped() {
    double most =
        others().stream().mapToDouble(row -> row.gainOver(today).median()).max().orElse(0);
    return others().stream()
        .filter(
            row -> row.policy().equals(Experiment.SHIPPED) && row.gainOver(today).median() < most)
        .map(row -> "; %s, the default, %s".formatted(name(row), row.gainOver(today)))
        .collect(Collectors.joining());
  }

  private String certainty() {
    if (best.results().size() == 1) {
      return " (drawn once, which does not show what is chance)";
    }
    return isFasterWithEverySeed(today) ? "" : ", but not with every seed, so that it is uncertain";
  }

  private boolean isFasterWithEverySeed(Row other) {
    return best.gainOver(other).least() > 1;
  }

  private String tail() {
    double mine = best.spread(metrics -> metrics.responseSeconds().p99()).median();
    double todays = today.spread(metrics -> metrics.responseSeconds().p99()).median();
    return areAlike(mine, todays)
        ? "its p99 is the same, %s s".formatted(Numbers.threeDigits(mine))
        : "its p99 is %s: %s s against %s s"
            .formatted(
                mine > todays ? "longer" : "shorter",
                Numbers.threeDigits(mine),
                Numbers.threeDigits(todays));
  }

  /// Who may be the best as well.
  private String rivals() {
    var rivals =
        compared.stream()
            .filter(row -> !row.equals(best) && !row.equals(today) && !isFasterWithEverySeed(row))
            .map(this::name)
            .toList();
    if (rivals.isEmpty()) {
      return "";
    }
    int others = rivals.size() - MOST_NAMED;
    return "; with some seed no slower: "
        + rivals.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (others > 0 ? " and " + others + " more" : "");
  }

  /// With its placement where the policy has several.
  private String name(Row row) {
    long placements = rows.stream().filter(each -> each.policy().equals(row.policy())).count();
    return placements > 1 ? row.policy() + " with " + row.placement() : row.policy();
  }

  private static double mean(Metrics metrics) {
    return metrics.responseSeconds().mean();
  }
}
