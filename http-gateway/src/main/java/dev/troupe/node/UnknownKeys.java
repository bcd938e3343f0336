package dev.troupe.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import dev.troupe.program.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keys of the user's configuration that would have no effect.
///
/// A key under `troupe` that no default names is most likely misspelt; a section beside `troupe` that
/// should be in it has lost its `troupe`.
final class UnknownKeys {

  private UnknownKeys() {}

  /// A line for each: where it stands, and what was probably meant.
  static List<String> in(Config user) {
    var problems = new ArrayList<>(misplaced(user));
    if (user.hasPath("troupe")) {
      var known = ConfigFactory.defaultReference();
      for (var entry : inOrder(user.getConfig("troupe").entrySet())) {
        var path = "troupe." + entry.getKey();
        if (!known.hasPathOrNull(path)) {
          problems.add(
              entry.getValue().origin().description()
                  + ": unknown key "
                  + path
                  + nearest(path, known));
        }
      }
    }
    return List.copyOf(problems);
  }

  /// As they stand in the file.
  private static <V extends ConfigValue> List<Map.Entry<String, V>> inOrder(
      Set<Map.Entry<String, V>> entries) {
    return entries.stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .toList();
  }

  /// Names of the user's own are fine at the top, for values that others refer to. A section of ours
  /// there has lost its `troupe`, and a name that is nearly `troupe` is misspelt.
  private static List<String> misplaced(Config user) {
    var reference = ConfigFactory.defaultReference().root();
    var sections = ConfigFactory.defaultReference().getConfig("troupe").root();
    var problems = new ArrayList<String>();
    for (var entry : inOrder(user.root().entrySet())) {
      var name = entry.getKey();
      boolean isSection = entry.getValue() instanceof ConfigObject && !reference.containsKey(name);
      var meant =
          isSection && sections.containsKey(name)
              ? "troupe." + name
              : isSection && Nearest.changes(name, "troupe") <= 2 ? "troupe" : name;
      if (!meant.equals(name)) {
        problems.add(
            "%s: unknown section %s; did you mean %s?"
                .formatted(entry.getValue().origin().description(), name, meant));
      }
    }
    return problems;
  }

  private static String nearest(String path, Config known) {
    return known.getConfig("troupe").entrySet().stream()
        .map(entry -> "troupe." + String.join(".", ConfigUtil.splitPath(entry.getKey())))
        .min(Comparator.comparingInt(candidate -> Nearest.changes(path, candidate)))
        .filter(candidate -> Nearest.changes(path, candidate) <= 4)
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("; conf/reference.conf lists every key");
  }
}
