package dev.troupe.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// A function that is asked for the same arguments again and again, such as the addresses of engines, and
/// remembers its values. For any thread.
///
/// @param <A> argument
/// @param <V> value; immutable
final class Remembering<A, V> implements Function<A, V> {

  /// Then it begins anew: more than are in use at a time, at less than a kilobyte each.
  private static final int MOST = 10_000;

  private final Map<A, V> values = new ConcurrentHashMap<>();
  private final Function<A, V> function;

  Remembering(Function<A, V> function) {
    this.function = function;
  }

  @Override
  public V apply(A argument) {
    var known = values.get(argument);
    if (known != null) {
      return known;
    }
    var value = function.apply(argument);
    if (values.size() >= MOST) {
      values.clear();
    }
    values.put(argument, value);
    return value;
  }
}
