package dev.troupe.laboratory.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.laboratory.page.LineChart.Axis;
import dev.troupe.laboratory.page.LineChart.Point;
import dev.troupe.laboratory.page.LineChart.Series;
import dev.troupe.laboratory.page.Page.Cell;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageTest {

  private static final String ODD = "</svg><script>\"&'";

  @Test
  void takesNamesAsTextWhereverTheyStand() {
    var series = new Series(ODD, 0, List.of(new Point(1, 2)));
    var chart = new LineChart(ODD, new Axis(ODD, false), new Axis(ODD, true), List.of(series));
    var page =
        new Page(ODD)
            .section(ODD)
            .paragraph(ODD)
            .command(ODD)
            .charts(List.of(chart))
            .table(List.of(new Cell(ODD, true)), List.of(List.of(new Cell(ODD, false))));

    var document = WellFormed.document(page.html());

    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo(ODD);
    assertThat(document.getElementsByTagName("td").item(0).getTextContent()).isEqualTo(ODD);
    assertThat(document.getElementsByTagName("figcaption").item(0).getTextContent()).isEqualTo(ODD);
  }

  @Test
  void needsNothingFromTheNetwork() {
    assertThat(new Page("alone").html())
        .doesNotContain("src=", "href=", "url(", "@import", "<script")
        .contains("prefers-color-scheme: dark");
  }

  @Test
  void drawsHigherValuesHigherAndLaterOnesFurtherRight() {
    var series = new Series("a", 0, List.of(new Point(1, 1), new Point(2, 10), new Point(4, 100)));
    var chart = new LineChart("t", new Axis("x", false), new Axis("y", true), List.of(series));

    var line = WellFormed.document(chart.html()).getElementsByTagName("polyline").item(0);

    var points = line.getAttributes().getNamedItem("points").getNodeValue().split("[ ,]", -1);
    var x = List.of(number(points[0]), number(points[2]), number(points[4]));
    var y = List.of(number(points[1]), number(points[3]), number(points[5]));
    assertThat(x).isSorted();
    assertThat(y.get(0)).isGreaterThan(y.get(1));
    // Equal ratios are equally long; coordinates are rounded to tenths.
    assertThat(y.get(0) - y.get(1)).isCloseTo(y.get(1) - y.get(2), within(0.2));
  }

  @Test
  void drawsNoLineWithoutPoints() {
    var chart =
        new LineChart(
            "t", new Axis("x", true), new Axis("y", false), List.of(new Series("a", 0, List.of())));

    var line = WellFormed.document(chart.html()).getElementsByTagName("polyline").item(0);
    assertThat(line.getAttributes().getNamedItem("points").getNodeValue()).isEmpty();
  }

  @Test
  void tellsTwentyLinesApart() {
    assertThat(IntStream.range(0, 20).mapToObj(Palette::classes)).doesNotHaveDuplicates();
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }
}
