package dev.troupe.laboratory.page;

import static dev.troupe.laboratory.page.Markup.text;

import java.util.List;
import java.util.stream.Collectors;

/// A page in one file: no script, nothing from the network, light or dark as the reader has it. It
/// is well-formed XML as well as HTML.
public final class Page {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1f2937; --soft: #6b7280; --rule: #e5e7eb; --ground: #ffffff;
        --queued: #fde68a; --sent: #fdba74; --runs: #93c5fd; --mark: #be123c }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e5e7eb; --soft: #9ca3af; --rule: #374151; --ground: #111827;
          --queued: #a16207; --sent: #c2410c; --runs: #3b6fb5; --mark: #fb7185 }
      }
      body { margin: 2rem auto; max-width: 1180px; padding: 0 1rem; color: var(--ink); background: var(--ground);
        font: 15px/1.5 system-ui, sans-serif }
      h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
      pre { padding: .7rem 1rem; border: 1px solid var(--rule); border-radius: 6px; white-space: pre-wrap }
      .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 1.5rem }
      figure { margin: 0 } figure.wide { margin: 1rem 0 1.6rem }
      figcaption { font-weight: 600; margin-bottom: .4rem }
      figure svg[role] { width: 100%; height: auto; display: block }
      .legend { list-style: none; margin: .4rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem;
        font-size: 13px }
      .legend svg { margin-right: .4rem; vertical-align: middle }
      .grid { stroke: var(--rule) } .axis { stroke: var(--soft) }
      .tick, .name { fill: var(--soft); font-size: 12px } .middle { text-anchor: middle } .end { text-anchor: end }
      .line { fill: none; stroke-width: 2 } .dot { fill: var(--hue); stroke: none }
      .series:hover .line { stroke-width: 4 }
      .queued { fill: var(--queued) } .sent { fill: var(--sent) } .runs { fill: var(--runs) }
      .critical { stroke: var(--mark); stroke-width: 2 } .path { stroke: var(--mark); stroke-width: 1.5 }
      .scroll { overflow-x: auto }
      table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap }
      th, td { padding: .25rem .45rem; text-align: right; border-bottom: 1px solid var(--rule) }
      th { vertical-align: bottom; white-space: normal } .text { text-align: left }
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  public Page(String title) {
    this.title = title;
    body.append("<h1>").append(text(title)).append("</h1>\n");
  }

  public Page section(String heading) {
    body.append("<h2>").append(text(heading)).append("</h2>\n");
    return this;
  }

  public Page paragraph(String words) {
    body.append("<p>").append(text(words)).append("</p>\n");
    return this;
  }

  /// Text as it is typed.
  public Page command(String line) {
    body.append("<pre>").append(text(line)).append("</pre>\n");
    return this;
  }

  /// Drawings beside each other, as far as the window is wide.
  public Page charts(List<LineChart> charts) {
    body.append("<div class=\"figures\">\n");
    charts.forEach(chart -> body.append(chart.html()));
    body.append("</div>\n");
    return this;
  }

  public Page timeline(Timeline timeline) {
    body.append(timeline.html());
    return this;
  }

  /// One cell of a table.
  ///
  /// @param isText whether it is aligned to the left
  public record Cell(String words, boolean isText) {}

  /// A line of headings, then the others.
  public Page table(List<Cell> headings, List<List<Cell>> rows) {
    body.append("<div class=\"scroll\"><table>\n<thead>").append(row("th", headings));
    body.append("</thead>\n<tbody>\n");
    rows.forEach(cells -> body.append(row("td", cells)));
    body.append("</tbody>\n</table></div>\n");
    return this;
  }

  private static String row(String element, List<Cell> cells) {
    return cells.stream()
        .map(cell ->
            "<%s%s>%s</%s>"
                .formatted(
                    element, cell.isText() ? " class=\"text\"" : "", text(cell.words()), element))
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  public String html() {
    return "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
        + "<meta charset=\"utf-8\"/>\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>"
        + text(title)
        + "</title>\n<style>\n"
        + STYLE
        + Palette.css()
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }
}
