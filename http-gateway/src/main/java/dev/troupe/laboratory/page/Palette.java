package dev.troupe.laboratory.page;

/// Colours and dashes that tell lines apart, on light and dark ground. Neighbouring hues differ in
/// lightness too, so that they stay apart for eyes that see few colours.
final class Palette {

  private static final String[] LIGHT = {
    "#6b7280", "#1d4ed8", "#ea580c", "#047857", "#a21caf", "#ca8a04", "#06b6d4", "#9f1239"
  };

  private static final String[] DARK = {
    "#9ca3af", "#7aa2ff", "#fb923c", "#34d399", "#e879f9", "#fde047", "#22d3ee", "#fb7185"
  };

  private static final String[] DASHES = {"none", "7 4", "2 3", "9 3 2 3"};

  private Palette() {}

  /// The CSS classes of a style. Each hue comes once before any comes with another dash.
  static String classes(int style) {
    return "hue" + style % LIGHT.length + " dash" + style / LIGHT.length % DASHES.length;
  }

  /// The rules for those classes.
  static String css() {
    var css = new StringBuilder(hues(LIGHT));
    css.append("@media (prefers-color-scheme: dark) {\n").append(hues(DARK)).append("}\n");
    for (int dash = 0; dash < DASHES.length; dash++) {
      css.append(".dash%d { stroke-dasharray: %s }\n".formatted(dash, DASHES[dash]));
    }
    return css.toString();
  }

  private static String hues(String[] colours) {
    var css = new StringBuilder();
    for (int hue = 0; hue < colours.length; hue++) {
      css.append(".hue%d { stroke: %s; --hue: %s }\n".formatted(hue, colours[hue], colours[hue]));
    }
    return css.toString();
  }
}
