package dev.troupe.laboratory;

import dev.troupe.laboratory.page.LineChart;
import dev.troupe.laboratory.page.LineChart.Axis;
import dev.troupe.laboratory.page.LineChart.Point;
import dev.troupe.laboratory.page.LineChart.Series;
import dev.troupe.laboratory.page.Page;
import dev.troupe.laboratory.page.Page.Cell;
import dev.troupe.laboratory.page.Timeline;
import dev.troupe.simulation.Metrics;
import dev.troupe.simulation.ProgramOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The page of an experiment: what it comes to, latency against load, distributions at one load, one
/// program's calls, the table.
///
/// @param commandLine made it
/// @param conclusion in sentences; none where nothing is compared
/// @param rows in the order of the experiment
record ResultPage(
    Experiment experiment,
    Statement statement,
    String commandLine,
    List<String> conclusion,
    List<Row> rows,
    List<Table> tables) {

  private static final int CURVE_POINTS = 120;

  String html() {
    var page = new Page("Troupe: " + rows.getFirst().results().getFirst().workload());
    statement.sentences().forEach(page::paragraph);
    page.command(commandLine);
    if (!conclusion.isEmpty()) {
      page.section("In short");
      conclusion.forEach(page::paragraph);
    }
    page.section("Against load").charts(againstLoad());
    var load = Numbers.brief(shownLoad());
    page.section("At load " + load + ", over all programs and seeds").charts(distributions());
    addTimelines(page, load);
    var results = rows.stream().flatMap(row -> row.results().stream()).toList();
    page.section("All numbers")
        .paragraph(
            "Medians over seeds; in brackets, least and most."
                + tables.stream().map(Table::note).collect(Collectors.joining())
                + Burst.note(rows)
                + Oversized.note(results));
    for (var table : tables) {
      page.table(headings(table), table.lines().stream().map(line -> cells(table, line)).toList());
    }
    return page.html();
  }

  private List<LineChart> againstLoad() {
    return List.of(
        againstLoad("Mean response time", "seconds", metrics -> metrics.responseSeconds().mean()),
        againstLoad(
            "95th percentile of response time",
            "seconds",
            metrics -> metrics.responseSeconds().p95()),
        againstLoad(
            "Mean token latency: response time ÷ tokens generated",
            "seconds per token",
            metrics -> metrics.tokenLatencySeconds().mean()),
        againstLoad(
            "Programs served",
            "programs per second",
            metrics -> metrics.rates().servedPerSecond()));
  }

  private LineChart againstLoad(String title, String unit, ToDoubleFunction<Metrics> measure) {
    boolean isRate = unit.startsWith("programs");
    return new LineChart(
        title,
        new Axis("load", false),
        new Axis(unit, !isRate),
        series(contender ->
            rows.stream()
                .filter(row -> isOf(row, contender))
                .sorted(Comparator.comparingDouble(Row::load))
                .map(row -> new Point(row.load(), row.spread(measure).median()))
                .toList()));
  }

  private List<LineChart> distributions() {
    return List.of(
        distribution("Response time of programs", "seconds", Result::responseSeconds),
        distribution(
            "Waiting ÷ service of programs", "waiting ÷ service", Result::waitingToService));
  }

  private LineChart distribution(String title, String unit, Function<Result, List<Double>> values) {
    return new LineChart(
        title,
        new Axis(unit, true),
        new Axis("share of programs at or below", false),
        series(contender ->
            rows.stream()
                .filter(row -> isOf(row, contender) && row.load() == shownLoad())
                .findFirst()
                .map(row -> curve(row, values))
                .orElse(List.of())));
  }

  /// The share of values at or below each of some of them.
  private static List<Point> curve(Row row, Function<Result, List<Double>> values) {
    var sorted =
        row.results().stream().flatMap(result -> values.apply(result).stream()).sorted().toList();
    int last = sorted.size() - 1;
    int points = Math.min(CURVE_POINTS, last);
    return IntStream.rangeClosed(0, points)
        .map(point -> points == 0 ? 0 : (int) ((long) last * point / points))
        .mapToObj(at -> new Point(sorted.get(at), (at + 1.0) / sorted.size()))
        .toList();
  }

  private List<Series> series(Function<Contender, List<Point>> points) {
    var contenders = contenders();
    boolean hasPlacements = contenders.stream().map(Contender::placement).distinct().count() > 1;
    return IntStream.range(0, contenders.size())
        .mapToObj(at -> {
          var contender = contenders.get(at);
          var name =
              hasPlacements
                  ? contender.policy() + ", " + contender.placement()
                  : contender.policy();
          return new Series(name, at, points.apply(contender));
        })
        .toList();
  }

  private List<Contender> contenders() {
    return rows.stream().map(Row::contender).distinct().toList();
  }

  private static boolean isOf(Row row, Contender contender) {
    return row.contender().equals(contender);
  }

  /// The load nearest to saturation from below, where policies part and nothing piles up without
  /// end; without one, the lowest.
  private double shownLoad() {
    var loads = experiment.loads().values();
    return loads.stream()
        .filter(load -> load <= 1)
        .max(Comparator.naturalOrder())
        .orElseGet(() -> loads.stream().min(Comparator.naturalOrder()).orElseThrow());
  }

  /// The same program under today's practice, or else the first policy, and under the policy with the
  /// shortest mean response.
  private void addTimelines(Page page, String load) {
    var there = rows.stream().filter(row -> row.load() == shownLoad()).toList();
    var reference = there.getFirst().today(rows).orElse(there.getFirst());
    var best =
        there.stream()
            .min(Comparator.comparingDouble(row -> row.spread(ResultPage::mean).median()))
            .orElseThrow();
    var shown =
        Stream.of(reference, best).distinct().filter(row -> example(row).isPresent()).toList();
    if (shown.isEmpty()) {
      return;
    }
    page.section("One program's calls at load " + load);
    double until =
        shown.stream()
            .map(row -> example(row).orElseThrow())
            .mapToDouble(Metrics::responseSeconds)
            .max()
            .orElseThrow();
    for (var row : shown) {
      var program = example(row).orElseThrow();
      page.timeline(
          new Timeline(
              "%s, %s: program %s took %s s"
                  .formatted(
                      row.policy(),
                      row.placement(),
                      program.id(),
                      Numbers.threeDigits(Metrics.responseSeconds(program))),
              program,
              until));
    }
  }

  private static double mean(Metrics metrics) {
    return metrics.responseSeconds().mean();
  }

  private static Optional<ProgramOutcome> example(Row row) {
    return row.results().getFirst().example();
  }

  private static List<Cell> headings(Table table) {
    var headings = table.columns().stream().map(column -> column.heading().toString()).toList();
    return cells(table, "load", "offered per s", headings);
  }

  private static List<Cell> cells(Table table, Table.Line line) {
    return cells(table, Numbers.brief(line.load()), line.offered(), line.cells());
  }

  /// With the load where there are several.
  private static List<Cell> cells(Table table, String load, String offered, List<String> texts) {
    var cells = new ArrayList<Cell>();
    if (table.hasSeveralLoads()) {
      cells.add(new Cell(load, false));
      cells.add(new Cell(offered, false));
    }
    for (int at = 0; at < texts.size(); at++) {
      cells.add(new Cell(texts.get(at), table.columns().get(at).isText()));
    }
    return cells;
  }
}
