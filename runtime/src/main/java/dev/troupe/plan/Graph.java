package dev.troupe.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// Steps by number, in the order of their ids, with their edges as arrays: what algorithms over a whole
/// plan work on. Edges to steps that are not among them are left out.
final class Graph {

  private static final int SHOWN_STEPS = 20;

  private final Step[] steps;

  /// The numbers of what step i depends on, at `parents[offsets[i]] … parents[offsets[i + 1] - 1]`.
  private final int[] parents;

  private final int[] parentOffsets;
  private final int[] children;
  private final int[] childOffsets;

  private Graph(Step[] steps) {
    this.steps = steps;
    this.parentOffsets = new int[steps.length + 1];
    this.childOffsets = new int[steps.length + 1];
    int edges = 0;
    for (Step step : steps) {
      edges += step.dependencies().size();
    }
    int[] found = new int[edges];
    int count = 0;
    for (int i = 0; i < steps.length; i++) {
      parentOffsets[i] = count;
      for (StepId dependency : steps[i].dependencies()) {
        int parent = number(dependency);
        if (parent >= 0) {
          found[count++] = parent;
          childOffsets[parent + 1]++;
        }
      }
    }
    parentOffsets[steps.length] = count;
    this.parents = Arrays.copyOf(found, count);
    for (int i = 0; i < steps.length; i++) {
      childOffsets[i + 1] += childOffsets[i];
    }
    this.children = new int[count];
    int[] next = childOffsets.clone();
    for (int i = 0; i < steps.length; i++) {
      for (int edge = parentOffsets[i]; edge < parentOffsets[i + 1]; edge++) {
        children[next[parents[edge]]++] = i;
      }
    }
  }

  static Graph of(Collection<Step> steps) {
    Step[] sorted = steps.toArray(Step[]::new);
    Arrays.sort(sorted, Comparator.comparing(Step::id));
    return new Graph(sorted);
  }

  int size() {
    return steps.length;
  }

  Step[] steps() {
    return steps;
  }

  Step step(int number) {
    return steps[number];
  }

  /// The number of a step; negative where it is none of these.
  int number(StepId id) {
    int low = 0;
    int high = steps.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = steps[middle].id().compareTo(id);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  int edges() {
    return parents.length;
  }

  int childCount(int number) {
    return childOffsets[number + 1] - childOffsets[number];
  }

  int child(int number, int index) {
    return children[childOffsets[number] + index];
  }

  int parentCount(int number) {
    return parentOffsets[number + 1] - parentOffsets[number];
  }

  int parent(int number, int index) {
    return parents[parentOffsets[number] + index];
  }

  /// All steps, each after those it depends on, of several possible the one with the least id first.
  ///
  /// @throws InvalidPlanException if some wait for each other
  int[] order() {
    int[] pending = new int[steps.length];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < steps.length; i++) {
      pending[i] = parentCount(i);
      if (pending[i] == 0) {
        ready.add(i);
      }
    }
    int[] order = new int[steps.length];
    int count = 0;
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order[count++] = next;
      for (int i = 0; i < childCount(next); i++) {
        if (--pending[child(next, i)] == 0) {
          ready.add(child(next, i));
        }
      }
    }
    if (count < steps.length) {
      throw new InvalidPlanException(cycle(pending));
    }
    return order;
  }

  /// For each step, how many steps lie on the longest way to it.
  int[] levels(int[] order) {
    int[] levels = new int[steps.length];
    for (int number : order) {
      for (int i = 0; i < parentCount(number); i++) {
        levels[number] = Math.max(levels[number], levels[parent(number, i)] + 1);
      }
    }
    return levels;
  }

  /// A cycle among the steps that never became ready. Going from such a step to one that it waits for
  /// and that never became ready either, and so on, one comes round.
  private PlanError cycle(int[] pending) {
    int[] seenAt = new int[steps.length];
    Arrays.fill(seenAt, -1);
    List<Integer> way = new ArrayList<>();
    int at = 0;
    while (pending[at] == 0) {
      at++;
    }
    while (seenAt[at] < 0) {
      seenAt[at] = way.size();
      way.add(at);
      at = waitingParent(at, pending);
    }
    return named(way.subList(seenAt[at], way.size()));
  }

  private int waitingParent(int number, int[] pending) {
    for (int i = 0; i < parentCount(number); i++) {
      if (pending[parent(number, i)] > 0) {
        return parent(number, i);
      }
    }
    throw new IllegalStateException("a step waits for none that waits");
  }

  /// The cycle in the order of execution, from its least id round to that again.
  private PlanError named(List<Integer> backwards) {
    Deque<Integer> round = new ArrayDeque<>(backwards.reversed());
    int least = round.stream().mapToInt(Integer::intValue).min().orElseThrow();
    while (round.getFirst() != least) {
      round.addLast(round.removeFirst());
    }
    round.addLast(least);
    List<StepId> path = round.stream().map(each -> steps[each].id()).toList();
    StringBuilder text = new StringBuilder("these steps wait for each other: ");
    for (int i = 0; i < path.size(); i++) {
      if (i > 0) {
        text.append("→");
      }
      if (i == SHOWN_STEPS && path.size() > SHOWN_STEPS + 1) {
        text.append("… ").append(path.size() - i - 1).append(" more …→").append(path.getLast());
        break;
      }
      text.append(PlanError.shown(path.get(i).value()));
    }
    text.append("; take one of the dependencies out");
    return new PlanError(
        PlanError.Code.DAG_CYCLE, text.toString(), "", Optional.of(path.getFirst()), path);
  }
}
