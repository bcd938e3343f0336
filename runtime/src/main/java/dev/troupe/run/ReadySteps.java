package dev.troupe.run;

import dev.troupe.plan.RunPolicy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The steps that could start, in the order in which they should: list scheduling by critical path.
///
/// Order: priority; then, as the run's policy has it, the longer way to the end of the run (the critical path
/// method), or the more, or the fewer, expected tokens; then the id. In batched mode by id alone. Of the steps with one concurrency key only the first stands in the row,
/// and none while the key is taken. Cost: `O(log n)`.
final class ReadySteps {

  private static final Comparator<StepProgress> BY_PRIORITY =
      Comparator.comparingInt(StepProgress::priority).reversed();

  private final Comparator<StepProgress> order;
  private final NavigableSet<StepProgress> row;
  private final Map<String, NavigableSet<StepProgress>> byKey = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private int size;

  ReadySteps(RunPolicy policy) {
    this.order =
        switch (policy.mode()) {
          case EVENT ->
              BY_PRIORITY.thenComparing(among(policy.order())).thenComparing(StepProgress::id);
          case BATCHED -> Comparator.comparing(StepProgress::id);
        };
    this.row = new TreeSet<>(order);
  }

  private static Comparator<StepProgress> among(RunPolicy.Order order) {
    return switch (order) {
      case CRITICAL_PATH ->
          Comparator.<StepProgress>comparingLong(step -> step.criticalMillis).reversed();
      case LARGEST_FIRST ->
          Comparator.<StepProgress>comparingLong(step -> step.expectedTokens).reversed();
      case SMALLEST_FIRST -> Comparator.comparingLong(step -> step.expectedTokens);
    };
  }

  void add(StepProgress step) {
    Optional<String> key = step.step.policy().concurrencyKey();
    if (key.isEmpty()) {
      size += row.add(step) ? 1 : 0;
      return;
    }
    NavigableSet<StepProgress> same = byKey.computeIfAbsent(key.get(), _ -> new TreeSet<>(order));
    withdraw(key.get(), same);
    size += same.add(step) ? 1 : 0;
    present(key.get(), same);
  }

  void remove(StepProgress step) {
    Optional<String> key = step.step.policy().concurrencyKey();
    if (key.isEmpty()) {
      size -= row.remove(step) ? 1 : 0;
      return;
    }
    NavigableSet<StepProgress> same = byKey.computeIfAbsent(key.get(), _ -> new TreeSet<>(order));
    withdraw(key.get(), same);
    size -= same.remove(step) ? 1 : 0;
    present(key.get(), same);
  }

  /// The step to start next.
  Optional<StepProgress> first() {
    return row.isEmpty() ? Optional.empty() : Optional.of(row.first());
  }

  /// Those that stand aside counted.
  int size() {
    return size;
  }

  /// Those that do not stand aside.
  int startable() {
    return row.size();
  }

  /// From now on, steps of this one's key stand aside.
  void take(StepProgress step) {
    step.step
        .policy()
        .concurrencyKey()
        .ifPresent(key -> {
          NavigableSet<StepProgress> same = byKey.getOrDefault(key, new TreeSet<>(order));
          withdraw(key, same);
          taken.add(key);
        });
  }

  /// The key of this step, which had taken it, is free again.
  void release(StepProgress step) {
    step.step
        .policy()
        .concurrencyKey()
        .ifPresent(key -> {
          taken.remove(key);
          present(key, byKey.getOrDefault(key, new TreeSet<>(order)));
        });
  }

  private void withdraw(String key, NavigableSet<StepProgress> same) {
    if (!taken.contains(key) && !same.isEmpty()) {
      row.remove(same.first());
    }
  }

  private void present(String key, NavigableSet<StepProgress> same) {
    if (!taken.contains(key) && !same.isEmpty()) {
      row.add(same.first());
    }
  }
}
