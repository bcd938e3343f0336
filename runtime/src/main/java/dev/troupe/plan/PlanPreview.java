package dev.troupe.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/// What a run of a plan would look like, of expected durations.
///
/// @param stages by the longest way to each step
/// @param criticalPath the steps of the longest way by duration, in order
/// @param sequential one step after the other
/// @param shortest with room for every step that is ready
/// @param expected with as much room as the policy gives
/// @param speedup sequential ÷ expected
public record PlanPreview(
    List<List<StepId>> stages,
    List<StepId> criticalPath,
    Duration sequential,
    Duration shortest,
    Duration expected,
    double speedup) {

  public PlanPreview {
    stages = stages.stream().map(List::copyOf).toList();
    criticalPath = List.copyOf(criticalPath);
  }

  /// @param maxParallelism steps that run at a time, at least 1
  /// @param expectedMillis of each step; at least 0
  public static PlanPreview of(Plan plan, int maxParallelism, ToLongFunction<Step> expectedMillis) {
    Graph graph = plan.graph();
    int[] order = graph.order();
    long[] millis = new long[graph.size()];
    long sequential = 0;
    for (int i = 0; i < graph.size(); i++) {
      millis[i] = Math.max(0, expectedMillis.applyAsLong(graph.step(i)));
      sequential += millis[i];
    }
    long[] toEnd = toEnd(graph, order, millis);
    long shortest = Arrays.stream(toEnd).max().orElse(0);
    long expected = listSchedule(graph, millis, toEnd, maxParallelism);
    return new PlanPreview(
        plan.stages(),
        criticalPath(graph, toEnd),
        Duration.ofMillis(sequential),
        Duration.ofMillis(shortest),
        Duration.ofMillis(expected),
        expected == 0 ? 1 : (double) sequential / expected);
  }

  /// For each step, the time from its start to the end of the longest way that begins with it.
  private static long[] toEnd(Graph graph, int[] order, long[] millis) {
    long[] toEnd = new long[graph.size()];
    for (int at = order.length - 1; at >= 0; at--) {
      int number = order[at];
      for (int i = 0; i < graph.childCount(number); i++) {
        toEnd[number] = Math.max(toEnd[number], toEnd[graph.child(number, i)]);
      }
      toEnd[number] += millis[number];
    }
    return toEnd;
  }

  private static List<StepId> criticalPath(Graph graph, long[] toEnd) {
    List<StepId> path = new ArrayList<>();
    int at = -1;
    for (int i = 0; i < graph.size(); i++) {
      if (graph.parentCount(i) == 0 && (at < 0 || toEnd[i] > toEnd[at])) {
        at = i;
      }
    }
    while (at >= 0) {
      path.add(graph.step(at).id());
      int next = -1;
      for (int i = 0; i < graph.childCount(at); i++) {
        int child = graph.child(at, i);
        if (next < 0 || toEnd[child] > toEnd[next]) {
          next = child;
        }
      }
      at = next;
    }
    return path;
  }

  private record Running(long endMillis, int number) {}

  /// When all has ended if the ready step with the longest way to the end always starts first.
  private static long listSchedule(Graph graph, long[] millis, long[] toEnd, int room) {
    PriorityQueue<Integer> ready =
        new PriorityQueue<>(
            Comparator.<Integer>comparingLong(number -> -toEnd[number])
                .thenComparing(Comparator.naturalOrder()));
    PriorityQueue<Running> running =
        new PriorityQueue<>(
            Comparator.comparingLong(Running::endMillis).thenComparingInt(Running::number));
    int[] pending = new int[graph.size()];
    for (int i = 0; i < graph.size(); i++) {
      pending[i] = graph.parentCount(i);
      if (pending[i] == 0) {
        ready.add(i);
      }
    }
    long now = 0;
    while (!ready.isEmpty() || !running.isEmpty()) {
      while (!ready.isEmpty() && running.size() < room) {
        int next = ready.remove();
        running.add(new Running(now + millis[next], next));
      }
      Running ended = running.remove();
      now = ended.endMillis();
      for (int i = 0; i < graph.childCount(ended.number()); i++) {
        int child = graph.child(ended.number(), i);
        if (--pending[child] == 0) {
          ready.add(child);
        }
      }
    }
    return now;
  }
}
