package dev.troupe.laboratory;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table for a terminal, aligned. Where rows have several loads, those of one stand under a line that
/// says which.
final class TextTable {

  private static final int HEADINGS = 2;

  private final List<Row> rows;
  private final List<Column> columns;
  private final List<Integer> widths;

  private TextTable(List<Column> columns, List<Row> rows) {
    this.columns = columns;
    this.rows = rows;
    this.widths =
        columns.stream()
            .map(column ->
                IntStream.range(0, rows.size() + HEADINGS)
                    .map(line -> cell(column, line).length())
                    .max()
                    .orElseThrow())
            .toList();
  }

  /// @param rows those of one load beside each other
  /// @return lines, each ended by a line break
  static String of(List<Column> columns, List<Row> rows) {
    var table = new TextTable(columns, rows);
    return IntStream.range(0, rows.size() + HEADINGS)
        .mapToObj(line -> table.load(line) + table.line(line))
        .collect(Collectors.joining());
  }

  /// A line before the first row of a load, where there are several.
  private String load(int line) {
    int at = line - HEADINGS;
    boolean isNext = at == 0 || at > 0 && rows.get(at).load() != rows.get(at - 1).load();
    boolean areSeveral = rows.getFirst().load() != rows.getLast().load();
    return isNext && areSeveral ? load(rows.get(at)) : "";
  }

  private static String load(Row row) {
    return "At load %s%s:\n"
        .formatted(
            Numbers.brief(row.load()),
            row.offered().isEmpty() ? "" : ", " + row.offered() + " programs per second");
  }

  private String line(int line) {
    return IntStream.range(0, columns.size())
            .mapToObj(at -> aligned(columns.get(at), line, widths.get(at)))
            .collect(Collectors.joining(" "))
            .stripTrailing()
        + "\n";
  }

  /// Two lines of headings, then the rows.
  private String cell(Column column, int line) {
    return switch (line) {
      case 0 -> column.heading().above();
      case 1 -> column.heading().below();
      default -> column.cell().apply(rows.get(line - HEADINGS));
    };
  }

  private String aligned(Column column, int line, int width) {
    var text = cell(column, line);
    var space = " ".repeat(width - text.length());
    return column.isText() ? text + space : space + text;
  }
}
