package dev.troupe.management;

import java.util.ArrayList;
import java.util.List;

/// Text in columns, each as wide as its widest cell.
final class Columns {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  Columns(String... headings) {
    add(headings);
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  /// Lines, each with its end.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int at = 0; at < row.size(); at++) {
        line.append(row.get(at)).append(" ".repeat(width(at) - row.get(at).length())).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
