package dev.troupe.plan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Steps inside a step: done once for each item of a map, in each iteration of a loop, in a branch, in a
/// sub-run.
///
/// A name in them means a sibling, else a name that the container binds (`item`), else a step around
/// the container; see [StepId#resolve].
///
/// @param steps with local ids; may be empty only as the branch of a condition
/// @param result the step whose result is the body's; where empty, the result of its only leaf (the step
///     that no other depends on), or of several leaves an object of their results by id
public record Body(List<Step> steps, Optional<StepId> result) {

  public static final Body EMPTY = new Body(List.of(), Optional.empty());

  public Body {
    steps = List.copyOf(steps);
  }

  /// The steps of one instance of this body, as steps of the run's plan: with ids inside `container`,
  /// and depending on each other as before. What they refer to outside has ended, as their container
  /// has started. Their kinds are shared among all instances.
  public List<Step> instance(StepId container, String name) {
    Set<StepId> siblings = steps.stream().map(Step::id).collect(Collectors.toSet());
    return steps.stream()
        .map(step ->
            new Step(
                container.inside(name, step.id()),
                step.kind(),
                step.dependencies().stream()
                    .filter(siblings::contains)
                    .map(each -> container.inside(name, each))
                    .toList(),
                step.policy(),
                step.metadata()))
        .toList();
  }

  void eachReference(Consumer<Argument.Reference> visitor) {
    steps.forEach(step -> step.kind().eachReference(visitor));
  }
}
