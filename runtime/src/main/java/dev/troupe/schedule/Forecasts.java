package dev.troupe.schedule;

import java.util.LinkedHashMap;
import java.util.Map;

/// A [Forecast] for each class of programs, and one of all programs for classes of which too little
/// is known.
///
/// A class is told by the beginning of its prompts: agents of one kind begin with the same
/// instructions. Classes that nothing was heard of for long make room for others.
///
/// Mutable, confined.
public final class Forecasts {

  /// Programs of a class that must have ended before it counts.
  static final int ENOUGH = 16;

  private static final int MOST_CLASSES = 1024;

  private final Forecast all = new Forecast();

  // In order of use, least recent first.
  private final Map<Long, Forecast> classes = new LinkedHashMap<>(16, 0.75f, true);

  /// A program has ended.
  ///
  /// @param programClass hash of what its prompts begin with
  /// @param serviceNanos what it received in all
  public void ended(long programClass, long serviceNanos) {
    all.ended(serviceNanos);
    classes.computeIfAbsent(programClass, _ -> new Forecast()).ended(serviceNanos);
    if (classes.size() > MOST_CLASSES) {
      classes.remove(classes.keySet().iterator().next());
    }
  }

  /// The rank of a program; see [Forecast#rank].
  public double rank(long programClass, long attainedNanos) {
    var known = classes.get(programClass);
    return (known != null && known.seen() >= ENOUGH ? known : all).rank(attainedNanos);
  }
}
