package dev.troupe.plan;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Steps in the order of their ids, with those that depend on each: an immutable search tree, balanced by
/// size (Adams, *Efficient sets: a balancing act*, J. Functional Programming 3(4), 1993). A changed tree
/// shares all but the path to the change with the one before.
///
/// Cost: `O(log n)` comparisons of ids for each lookup, addition and edge; about 60 B for a step and 24 B
/// for an edge.
final class StepTree {

  /// A side may have at most this many times the steps of the other.
  private static final int BALANCE = 3;

  private static final int SINGLE_ROTATION = 2;

  /// Those that depend on a step, the one added last first.
  record Dependents(StepId id, @Nullable Dependents rest, int count) {
    static Dependents of(StepId id, @Nullable Dependents rest) {
      return new Dependents(id, rest, rest == null ? 1 : rest.count + 1);
    }
  }

  private final Step step;
  private final @Nullable Dependents dependents;
  private final @Nullable StepTree left;
  private final @Nullable StepTree right;
  private final int size;

  private StepTree(
      Step step,
      @Nullable Dependents dependents,
      @Nullable StepTree left,
      @Nullable StepTree right) {
    this.step = step;
    this.dependents = dependents;
    this.left = left;
    this.right = right;
    this.size = size(left) + size(right) + 1;
  }

  /// A tree of steps that are in order; `dependents` by the same index.
  static @Nullable StepTree of(Step[] steps, @Nullable Dependents[] dependents) {
    return of(steps, dependents, 0, steps.length);
  }

  private static @Nullable StepTree of(
      Step[] steps, @Nullable Dependents[] dependents, int from, int to) {
    if (from == to) {
      return null;
    }
    int middle = (from + to) >>> 1;
    return new StepTree(
        steps[middle],
        dependents[middle],
        of(steps, dependents, from, middle),
        of(steps, dependents, middle + 1, to));
  }

  static int size(@Nullable StepTree tree) {
    return tree == null ? 0 : tree.size;
  }

  static @Nullable Step find(@Nullable StepTree tree, StepId id) {
    StepTree at = at(tree, id);
    return at == null ? null : at.step;
  }

  /// Who depends on a step, by id. Cost: their number times its logarithm.
  static List<StepId> dependents(@Nullable StepTree tree, StepId id) {
    StepTree at = at(tree, id);
    if (at == null || at.dependents == null) {
      return List.of();
    }
    StepId[] ids = new StepId[at.dependents.count];
    int index = 0;
    for (Dependents each = at.dependents; each != null; each = each.rest) {
      ids[index++] = each.id;
    }
    Arrays.sort(ids);
    return List.of(ids);
  }

  static int dependentCount(@Nullable StepTree tree, StepId id) {
    StepTree at = at(tree, id);
    return at == null || at.dependents == null ? 0 : at.dependents.count;
  }

  private static @Nullable StepTree at(@Nullable StepTree tree, StepId id) {
    StepTree at = tree;
    while (at != null) {
      int order = id.compareTo(at.step.id());
      if (order == 0) {
        return at;
      }
      at = order < 0 ? at.left : at.right;
    }
    return null;
  }

  static void forEach(@Nullable StepTree tree, Consumer<Step> visitor) {
    if (tree != null) {
      forEach(tree.left, visitor);
      visitor.accept(tree.step);
      forEach(tree.right, visitor);
    }
  }

  /// With a step that was not there.
  static StepTree adding(@Nullable StepTree tree, Step step) {
    if (tree == null) {
      return new StepTree(step, null, null, null);
    }
    int order = step.id().compareTo(tree.step.id());
    return order < 0
        ? balanced(tree, adding(tree.left, step), tree.right)
        : balanced(tree, tree.left, adding(tree.right, step));
  }

  /// With one more that depends on `parent`; as it was where `parent` is not there.
  static @Nullable StepTree linking(@Nullable StepTree tree, StepId parent, StepId dependent) {
    if (tree == null) {
      return null;
    }
    int order = parent.compareTo(tree.step.id());
    if (order == 0) {
      return new StepTree(
          tree.step, Dependents.of(dependent, tree.dependents), tree.left, tree.right);
    }
    return order < 0
        ? new StepTree(
            tree.step, tree.dependents, linking(tree.left, parent, dependent), tree.right)
        : new StepTree(
            tree.step, tree.dependents, tree.left, linking(tree.right, parent, dependent));
  }

  private static StepTree balanced(
      StepTree root, @Nullable StepTree left, @Nullable StepTree right) {
    if (size(left) + size(right) > 1) {
      if (right != null && size(right) > BALANCE * size(left)) {
        return rotatedLeft(root, left, right);
      }
      if (left != null && size(left) > BALANCE * size(right)) {
        return rotatedRight(root, left, right);
      }
    }
    return new StepTree(root.step, root.dependents, left, right);
  }

  private static StepTree rotatedLeft(StepTree root, @Nullable StepTree left, StepTree right) {
    StepTree inner = right.left;
    if (inner == null || size(inner) < SINGLE_ROTATION * size(right.right)) {
      return new StepTree(
          right.step,
          right.dependents,
          new StepTree(root.step, root.dependents, left, inner),
          right.right);
    }
    return new StepTree(
        inner.step,
        inner.dependents,
        new StepTree(root.step, root.dependents, left, inner.left),
        new StepTree(right.step, right.dependents, inner.right, right.right));
  }

  private static StepTree rotatedRight(StepTree root, StepTree left, @Nullable StepTree right) {
    StepTree inner = left.right;
    if (inner == null || size(inner) < SINGLE_ROTATION * size(left.left)) {
      return new StepTree(
          left.step,
          left.dependents,
          left.left,
          new StepTree(root.step, root.dependents, inner, right));
    }
    return new StepTree(
        inner.step,
        inner.dependents,
        new StepTree(left.step, left.dependents, left.left, inner.left),
        new StepTree(root.step, root.dependents, inner.right, right));
  }
}
