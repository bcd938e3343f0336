package dev.troupe.laboratory.page;

import static dev.troupe.laboratory.page.Markup.at;
import static dev.troupe.laboratory.page.Markup.label;
import static dev.troupe.laboratory.page.Markup.line;
import static dev.troupe.laboratory.page.Markup.text;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// Lines over two axes, with a legend, as SVG.
///
/// @param title says what is shown
/// @param across name and unit of the axis to the right
/// @param up name and unit of the axis upwards
/// @param series as many as there are colours times dashes; more look alike
public record LineChart(String title, Axis across, Axis up, List<Series> series) {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 340;
  private static final int LEFT = 58;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int BOTTOM = 44;

  /// More points than that are not marked one by one.
  private static final int MARKED_POINTS = 12;

  /// One axis.
  ///
  /// @param name with its unit
  /// @param isLogarithmic equal ratios are equally long
  public record Axis(String name, boolean isLogarithmic) {
    private Scale scale(DoubleStream values) {
      return isLogarithmic ? Scale.logarithmic(values) : Scale.linear(values);
    }
  }

  /// One line, from left to right.
  ///
  /// @param style which colour and dash
  public record Series(String name, int style, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /// One value.
  public record Point(double across, double up) {}

  public LineChart {
    series = List.copyOf(series);
  }

  /// A figure with the drawing and its legend.
  public String html() {
    return "<figure>\n<figcaption>"
        + text(title)
        + "</figcaption>\n"
        + svg()
        + "<ul class=\"legend\">"
        + series.stream().map(LineChart::key).collect(Collectors.joining())
        + "</ul>\n</figure>\n";
  }

  private static String key(Series series) {
    return "<li><svg width=\"26\" height=\"10\" aria-hidden=\"true\">"
        + line(1, 5, 25, 5, "line " + Palette.classes(series.style()))
        + "</svg>"
        + text(series.name())
        + "</li>";
  }

  private String svg() {
    var horizontal = across.scale(values(true));
    var vertical = up.scale(values(false));
    var drawing = new StringBuilder();
    drawing.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, HEIGHT, text(title)));
    drawAxes(drawing, horizontal, vertical);
    series.forEach(line -> draw(drawing, line, horizontal, vertical));
    return drawing.append("</svg>\n").toString();
  }

  private DoubleStream values(boolean isAcross) {
    return series.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(point -> isAcross ? point.across() : point.up());
  }

  private void drawAxes(StringBuilder drawing, Scale horizontal, Scale vertical) {
    for (double tick : vertical.ticks()) {
      double y = y(vertical, tick);
      drawing.append(line(LEFT, y, WIDTH - RIGHT, y, "grid"));
      drawing.append(label(LEFT - 6, y + 4, "tick end", Scale.label(tick)));
    }
    for (double tick : horizontal.ticks()) {
      double x = x(horizontal, tick);
      drawing.append(line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, "axis"));
      drawing.append(label(x, HEIGHT - BOTTOM + 17, "tick middle", Scale.label(tick)));
    }
    drawing.append(line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"));
    drawing.append(label((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "name middle", across.name()));
    drawing.append(
        "<text class=\"name middle\" transform=\"translate(13 %d) rotate(-90)\">%s</text>\n"
            .formatted((TOP + HEIGHT - BOTTOM) / 2, text(up.name())));
  }

  private static void draw(StringBuilder drawing, Series series, Scale horizontal, Scale vertical) {
    var points =
        series.points().stream()
            .map(point -> at(x(horizontal, point.across())) + "," + at(y(vertical, point.up())))
            .toList();
    var classes = Palette.classes(series.style());
    drawing
        .append("<g class=\"series\"><title>" + text(series.name()) + "</title>\n")
        .append("<polyline class=\"line " + classes + "\" points=\"")
        .append(String.join(" ", points))
        .append("\"/>\n");
    if (points.size() <= MARKED_POINTS) {
      for (var point : series.points()) {
        drawing.append(
            "<circle class=\"dot %s\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s: %s, %s</title></circle>\n"
                .formatted(
                    classes,
                    at(x(horizontal, point.across())),
                    at(y(vertical, point.up())),
                    text(series.name()),
                    Scale.label(point.across()),
                    Scale.label(point.up())));
      }
    }
    drawing.append("</g>\n");
  }

  private static double x(Scale scale, double value) {
    return LEFT + scale.position(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(Scale scale, double value) {
    return HEIGHT - BOTTOM - scale.position(value) * (HEIGHT - TOP - BOTTOM);
  }
}
