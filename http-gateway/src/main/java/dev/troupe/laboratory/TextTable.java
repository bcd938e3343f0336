package dev.troupe.laboratory;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table for a terminal, aligned.
final class TextTable {

  private TextTable() {}

  /// @return lines, each ended by a line break
  static String of(List<Column> columns, List<Row> rows) {
    var cells =
        columns.stream()
            .map(column ->
                IntStream.range(0, rows.size() + 2)
                    .mapToObj(line -> cell(column, rows, line))
                    .toList())
            .toList();
    var widths =
        cells.stream()
            .map(column -> column.stream().mapToInt(String::length).max().orElseThrow())
            .toList();
    return IntStream.range(0, rows.size() + 2)
        .mapToObj(line ->
            IntStream.range(0, columns.size())
                    .mapToObj(at ->
                        aligned(cells.get(at).get(line), widths.get(at), columns.get(at).isText()))
                    .collect(Collectors.joining(" "))
                    .stripTrailing()
                + "\n")
        .collect(Collectors.joining());
  }

  /// Two lines of headings, then the rows.
  private static String cell(Column column, List<Row> rows, int line) {
    return switch (line) {
      case 0 -> column.heading().above();
      case 1 -> column.heading().below();
      default -> column.cell().apply(rows.get(line - 2));
    };
  }

  private static String aligned(String text, int width, boolean isText) {
    var space = " ".repeat(width - text.length());
    return isText ? text + space : space + text;
  }
}
