package dev.troupe.laboratory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What columns say of rows.
///
/// @param note sentences on its lines, each with a space before it; may be empty
record Table(List<Column> columns, List<Line> lines, String note) {

  /// @param offered programs per second at this load; empty where there is no such rate
  /// @param cells one for each column
  record Line(double load, String offered, List<String> cells) {}

  Table {
    columns = List.copyOf(columns);
    lines = List.copyOf(lines);
  }

  /// Of simulations alone.
  static Table of(List<Column> columns, List<Row> rows) {
    return of(columns, rows, Optional.empty());
  }

  /// @param recorded stands before the rows of its load
  static Table of(List<Column> columns, List<Row> rows, Optional<Recorded> recorded) {
    var lines = new ArrayList<Line>();
    var awaited = recorded;
    for (var row : rows) {
      if (awaited.isPresent() && awaited.get().load() == row.load()) {
        var known = awaited.get();
        lines.add(line(row, columns, column -> column.recorded().apply(known)));
        awaited = Optional.empty();
      }
      lines.add(line(row, columns, column -> column.cell().apply(row)));
    }
    return new Table(columns, lines, recorded.map(Recorded::note).orElse(""));
  }

  private static Line line(Row row, List<Column> columns, Function<Column, String> cell) {
    return new Line(row.load(), row.offered(), columns.stream().map(cell).toList());
  }

  boolean hasSeveralLoads() {
    return lines.stream().map(Line::load).distinct().count() > 1;
  }
}
