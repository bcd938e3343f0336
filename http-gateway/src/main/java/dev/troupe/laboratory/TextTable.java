package dev.troupe.laboratory;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table for a terminal, aligned. Where lines have several loads, those of one stand under a line that
/// says which.
final class TextTable {

  private final Table table;
  private final List<Integer> widths;

  private TextTable(Table table) {
    this.table = table;
    this.widths =
        IntStream.range(0, table.columns().size()).mapToObj(at -> width(table, at)).toList();
  }

  private static int width(Table table, int at) {
    var heading = table.columns().get(at).heading();
    return table.lines().stream()
        .mapToInt(line -> line.cells().get(at).length())
        .reduce(Math.max(heading.above().length(), heading.below().length()), Math::max);
  }

  /// @param table with the lines of one load beside each other
  /// @return lines, each ended by a line break
  static String of(Table table) {
    return new TextTable(table).text();
  }

  private String text() {
    var headings = table.columns().stream().map(Column::heading).toList();
    var text =
        new StringBuilder(aligned(headings.stream().map(Column.Heading::above).toList()))
            .append(aligned(headings.stream().map(Column.Heading::below).toList()));
    double load = Double.NaN;
    for (var line : table.lines()) {
      if (table.hasSeveralLoads() && line.load() != load) {
        text.append(load(line));
      }
      load = line.load();
      text.append(aligned(line.cells()));
    }
    return text.toString();
  }

  private static String load(Table.Line line) {
    return "At load %s%s:\n"
        .formatted(
            Numbers.brief(line.load()),
            line.offered().isEmpty() ? "" : ", " + line.offered() + " programs per second");
  }

  private String aligned(List<String> cells) {
    return IntStream.range(0, cells.size())
            .mapToObj(at -> aligned(cells.get(at), widths.get(at), table.columns().get(at)))
            .collect(Collectors.joining(" "))
            .stripTrailing()
        + "\n";
  }

  private static String aligned(String text, int width, Column column) {
    var space = " ".repeat(width - text.length());
    return column.isText() ? text + space : space + text;
  }
}
