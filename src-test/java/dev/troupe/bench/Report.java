package dev.troupe.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.bench.Target.Path;
import java.util.List;
import java.util.Locale;

/// The comparisons as a table or as JSON.
final class Report {

  private static final String ROW = "%-32s %-7s %8s %8s %8s %8s %8s %9s %9s %9s %6s%n";

  private Report() {}

  static String table(List<Comparison> comparisons) {
    var table = new StringBuilder();
    row(
        table,
        "",
        "",
        "calls/s",
        "first50",
        "first99",
        "end50",
        "end99",
        "+end50",
        "+end99",
        "CPU/call",
        "errors");
    row(table, "", "", "", "ms", "ms", "ms", "ms", "ms", "ms", "us", "");
    for (var comparison : comparisons) {
      comparison.measured().forEach((path, measured) -> row(table, comparison, path, measured));
    }
    table.append(
        "\nCPU is that of the gateway or proxy, on the direct way of the engine, without the JVM's"
            + " compiler.\n");
    table.append(streams(comparisons));
    return table.toString();
  }

  private static void row(
      StringBuilder table, Comparison comparison, Path path, Measurement measured) {
    boolean isDirect = path == Path.DIRECT;
    row(
        table,
        isDirect ? comparison.scenario().name() : "",
        path.name().toLowerCase(Locale.ROOT),
        number(measured.requestsPerSecond(), 0),
        number(measured.firstByteMillis(50), 2),
        number(measured.firstByteMillis(99), 2),
        number(measured.endMillis(50), 2),
        number(measured.endMillis(99), 2),
        isDirect ? "" : number(comparison.addedEndMillis(path, 50), 2),
        isDirect ? "" : number(comparison.addedEndMillis(path, 99), 2),
        number(measured.cpuMicrosPerRequest(), 0),
        Long.toString(measured.errors()));
  }

  /// What streams cost that are paced as a model paces them.
  private static String streams(List<Comparison> comparisons) {
    var lines = new StringBuilder();
    for (var comparison : comparisons) {
      if (!comparison.scenario().body().model().equals(Scenario.FAST)) {
        comparison.measured().forEach((path, measured) -> line(lines, comparison, path, measured));
      }
    }
    return lines.toString();
  }

  private static void line(
      StringBuilder lines, Comparison comparison, Path path, Measurement measured) {
    lines.append(
        "%s, %s: %s us of CPU a chunk, %s MiB resident%n"
            .formatted(
                comparison.scenario().name(),
                path.name().toLowerCase(Locale.ROOT),
                number(measured.cpuMicrosPerRequest() / Scenario.CHUNKS, 0),
                number(measured.residentMebibytes(), 0)));
  }

  static ObjectNode json(List<Comparison> comparisons, List<Goal> goals) {
    var report = JsonNodeFactory.instance.objectNode();
    report.put("processors", Runtime.getRuntime().availableProcessors());
    var rows = report.putArray("scenarios");
    for (var comparison : comparisons) {
      var row = rows.addObject().put("name", comparison.scenario().name());
      comparison.measured().forEach((path, measured) -> put(row, comparison, path, measured));
    }
    var reached = report.putArray("goals");
    for (var goal : goals) {
      reached
          .addObject()
          .put("name", goal.name())
          .put("limit", goal.limit())
          .put("measured", goal.measured())
          .put("reached", goal.isReached());
    }
    return report;
  }

  private static void put(ObjectNode row, Comparison comparison, Path path, Measurement measured) {
    var json =
        row.putObject(path.name().toLowerCase(Locale.ROOT))
            .put("requests", measured.requests())
            .put("errors", measured.errors())
            .put("requests_per_second", measured.requestsPerSecond())
            .put("first_byte_p50_ms", measured.firstByteMillis(50))
            .put("first_byte_p99_ms", measured.firstByteMillis(99))
            .put("end_p50_ms", measured.endMillis(50))
            .put("end_p99_ms", measured.endMillis(99))
            .put("cpu_us_per_request", measured.cpuMicrosPerRequest())
            .put("resident_mib", measured.residentMebibytes());
    if (comparison.scenario().body().streamed()) {
      json.put("cpu_us_per_chunk", measured.cpuMicrosPerRequest() / Scenario.CHUNKS);
    }
    if (path != Path.DIRECT) {
      json.put("added_first_byte_p50_ms", comparison.addedFirstByteMillis(path, 50))
          .put("added_first_byte_p99_ms", comparison.addedFirstByteMillis(path, 99))
          .put("added_end_p50_ms", comparison.addedEndMillis(path, 50))
          .put("added_end_p99_ms", comparison.addedEndMillis(path, 99));
    }
  }

  private static void row(StringBuilder table, Object... cells) {
    table.append(String.format(Locale.ROOT, ROW, cells));
  }

  static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
