package dev.troupe.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a JVM's heap holds after a collection.
///
/// @param bytes of all objects
/// @param counts of objects by class name; a class that is not in it has none
record LiveObjects(long bytes, Map<String, Long> counts) {

  private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");
  private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)\\s*");

  LiveObjects {
    counts = Map.copyOf(counts);
  }

  /// @param histogram what `jcmd PID GC.class_histogram` prints
  /// @throws IllegalArgumentException when it is not that
  static LiveObjects of(List<String> histogram) {
    var counts = new HashMap<String, Long>();
    for (var line : histogram) {
      var ofClass = CLASS.matcher(line);
      var total = TOTAL.matcher(line);
      if (ofClass.matches()) {
        counts.merge(ofClass.group(2), Long.parseLong(ofClass.group(1)), Long::sum);
      } else if (total.matches()) {
        return new LiveObjects(Long.parseLong(total.group(1)), counts);
      }
    }
    throw new IllegalArgumentException("not a class histogram: " + histogram);
  }

  long count(Class<?> type) {
    return counts.getOrDefault(type.getName(), 0L);
  }
}
