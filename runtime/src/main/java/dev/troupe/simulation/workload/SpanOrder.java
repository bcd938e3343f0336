package dev.troupe.simulation.workload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads from a tree of spans which calls need which others.
///
/// Spans tell what is part of what, and when, not what was needed. Assumed: of two parts of one span,
/// the one that begins when the calls of the other have ended needs them; the last of them, since they
/// need the others. Where nothing of a span has ended before a part begins, the part needs what the
/// span needs. So agents that work beside each other do not need each other, whatever ends first, and
/// what follows both needs both.
///
/// Takes O(n²) for n spans that are part of one and overlap.
final class SpanOrder {

  private final SpanTree tree;
  private final List<SpanCall> calls = new ArrayList<>();

  /// A span with the time from the first start to the last end of the calls in it.
  private record Part(Span span, long startNanos, long endNanos) implements Succession.Stretch {}

  private SpanOrder(SpanTree tree) {
    this.tree = tree;
  }

  /// The calls of a trace, each after those it needs.
  static List<SpanCall> of(SpanTree tree) {
    var order = new SpanOrder(tree);
    order.follow(tree.roots(), List.of());
    return List.copyOf(order.calls);
  }

  /// Adds the calls in some parts of one span.
  ///
  /// @param needed by the span
  /// @return the last calls of these parts, or those needed where the parts have none
  private List<Integer> follow(List<Span> spans, List<Integer> needed) {
    var parts =
        spans.stream()
            .flatMap(span -> part(span).stream())
            .sorted(Comparator.comparingLong(Part::startNanos).thenComparingLong(Part::endNanos))
            .toList();
    var order = new Succession();
    var last = new ArrayList<List<Integer>>(parts.size());
    for (var part : parts) {
      last.add(follow(part.span(), lastBefore(part.startNanos(), order, last, needed)));
      order.add(part);
    }
    return lastBefore(Long.MAX_VALUE, order, last, needed);
  }

  private List<Integer> follow(Span span, List<Integer> needed) {
    var call = tree.call(span);
    if (call.isEmpty()) {
      return follow(tree.parts(span), needed);
    }
    int position = calls.size();
    calls.add(new SpanCall(span, call.get(), needed));
    var inside = follow(tree.parts(span), needed);
    return inside.equals(needed)
        ? List.of(position)
        : Stream.concat(Stream.of(position), inside.stream()).toList();
  }

  /// The last calls of those parts that have ended by then, but for parts that others of them followed.
  ///
  /// @param last calls of each part
  private static List<Integer> lastBefore(
      long nanos, Succession order, List<List<Integer>> last, List<Integer> otherwise) {
    var found =
        order.lastBefore(nanos).stream().flatMap(part -> last.get(part).stream()).sorted().toList();
    return found.isEmpty() ? otherwise : found;
  }

  private Optional<Part> part(Span span) {
    long startNanos = Long.MAX_VALUE;
    long endNanos = Long.MIN_VALUE;
    if (tree.call(span).isPresent()) {
      startNanos = span.startNanos();
      endNanos = span.endNanos();
    }
    for (var inside : tree.parts(span)) {
      var part = part(inside);
      if (part.isPresent()) {
        startNanos = Math.min(startNanos, part.get().startNanos());
        endNanos = Math.max(endNanos, part.get().endNanos());
      }
    }
    return startNanos == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new Part(span, startNanos, endNanos));
  }
}
