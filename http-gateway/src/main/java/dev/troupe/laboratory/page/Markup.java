package dev.troupe.laboratory.page;

import java.util.Locale;

/// Text and numbers inside HTML and SVG.
final class Markup {

  private Markup() {}

  /// Text as content or as the value of an attribute.
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /// A coordinate, to a tenth of a pixel.
  static String at(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }

  /// An SVG text.
  ///
  /// @param kind its CSS classes
  static String label(double x, double y, String kind, String text) {
    return "<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n"
        .formatted(at(x), at(y), kind, text(text));
  }

  static String line(double x1, double y1, double x2, double y2, String kind) {
    return "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n"
        .formatted(at(x1), at(y1), at(x2), at(y2), kind);
  }
}
