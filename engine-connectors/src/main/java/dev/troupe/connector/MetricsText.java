package dev.troupe.connector;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/// A page of metrics in Prometheus' text format.
final class MetricsText {

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final List<Sample> samples = new ArrayList<>();

  private record Sample(String name, String labels, double value) {}

  MetricsText(String page) {
    page.lines().forEach(this::read);
  }

  /// Sum over all samples of that name.
  OptionalDouble sum(String name) {
    return isKnown(name) ? OptionalDouble.of(values(name).sum()) : OptionalDouble.empty();
  }

  /// Mean over all samples of that name.
  OptionalDouble mean(String name) {
    return values(name).average();
  }

  /// Sum over all samples of that name of the product of two labels' values.
  OptionalDouble sumOfProducts(String name, String label, String other) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .mapToDouble(sample -> label(sample, label) * label(sample, other))
        .filter(Double::isFinite)
        .reduce(Double::sum);
  }

  private boolean isKnown(String name) {
    return samples.stream().anyMatch(sample -> sample.name().equals(name));
  }

  private DoubleStream values(String name) {
    return samples.stream().filter(sample -> sample.name().equals(name)).mapToDouble(Sample::value);
  }

  private void read(String line) {
    int labelsFrom = line.indexOf('{');
    int labelsTo = line.lastIndexOf('}');
    boolean hasLabels = labelsFrom > 0 && labelsTo > labelsFrom;
    var name = hasLabels ? line.substring(0, labelsFrom) : line.split(" ", 2)[0];
    var rest = line.substring(hasLabels ? labelsTo + 1 : name.length()).strip().split(" ", 2)[0];
    double value = number(rest);
    if (!line.startsWith("#") && Double.isFinite(value)) {
      var labels = hasLabels ? line.substring(labelsFrom + 1, labelsTo) : "";
      samples.add(new Sample(name.strip(), labels, value));
    }
  }

  private static double label(Sample sample, String name) {
    return LABEL
        .matcher(sample.labels())
        .results()
        .filter(match -> match.group(1).equals(name))
        .mapToDouble(match -> number(match.group(2)))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }
}
