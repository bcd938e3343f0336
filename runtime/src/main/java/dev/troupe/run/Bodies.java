package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepKind;
import java.util.Optional;

/// How steps with steps inside go on: maps, conditions, loops.
final class Bodies {

  private Bodies() {}

  /// A step ended: perhaps an instance of a body did with it.
  static void stepEnded(Decision decision, StepProgress step) {
    StepProgress container = step.container;
    if (container != null
        && container.state == StepState.RUNNING
        && container.instances().hasEnded(step.instance)) {
      goOn(decision, container, step.instance);
    }
  }

  /// Begins the first instances.
  static void begin(Decision decision, StepProgress container) {
    switch (container.step.kind()) {
      case StepKind.MapOver map -> beginItems(decision, container, map);
      case StepKind.Condition condition -> {
        String branch =
            container.instances().bound.asBoolean()
                ? StepKind.Condition.THEN
                : StepKind.Condition.ELSE;
        if (Run.bodyOf(condition, branch).steps().isEmpty()) {
          finish(decision, container);
        } else {
          startBody(decision, container, branch);
        }
      }
      case StepKind.Loop _ -> startBody(decision, container, "0");
      case StepKind.Llm _,
          StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.SubRun _,
          StepKind.Join _ ->
          throw new IllegalStateException(container.id() + " has no bodies");
    }
  }

  private static void beginItems(Decision decision, StepProgress container, StepKind.MapOver map) {
    int items = container.instances().bound.size();
    int first = Math.min(items, map.maxParallel().orElse(items));
    if (items > 0) {
      decision.emit(new RunEvent.ItemsStarted(container.id(), 0, first));
    }
    nextItems(decision, container, map);
  }

  /// Starts items for those that have ended, and ends the map after the last.
  private static void nextItems(Decision decision, StepProgress container, StepKind.MapOver map) {
    Instances instances = container.instances();
    int items = instances.bound.size();
    int limit = map.maxParallel().orElse(items);
    while (instances.started() < items
        && instances.open() < limit
        && !decision.run().isStopping()) {
      int next = instances.started();
      decision.emit(new RunEvent.ItemsStarted(container.id(), next, next + 1));
    }
    if (instances.open() == 0 && instances.started() == items) {
      endMap(decision, container, items);
    }
  }

  /// A map has failed where all items did, or where one did and the run allows none to.
  private static void endMap(Decision decision, StepProgress container, int items) {
    Run run = decision.run();
    boolean isStrict = run.policy().failureMode() == RunPolicy.FailureMode.FAIL_FAST;
    Optional<StepError> first = Optional.empty();
    int failed = 0;
    for (int i = 0; i < items; i++) {
      Optional<StepError> error = BodyResults.error(run, container, Integer.toString(i));
      failed += error.isPresent() ? 1 : 0;
      first = first.or(() -> error);
    }
    if (first.isPresent() && (isStrict || failed == items)) {
      fail(decision, container, first.get());
    } else {
      finish(decision, container);
    }
  }

  private static void goOn(Decision decision, StepProgress container, String instance) {
    switch (container.step.kind()) {
      case StepKind.MapOver map -> nextItems(decision, container, map);
      case StepKind.Condition _ ->
          BodyResults.error(decision.run(), container, instance)
              .ifPresentOrElse(
                  error -> fail(decision, container, error), () -> finish(decision, container));
      case StepKind.Loop loop ->
          BodyResults.error(decision.run(), container, instance)
              .ifPresentOrElse(
                  error -> fail(decision, container, error),
                  () -> nextIteration(decision, container, loop, instance));
      case StepKind.Llm _,
          StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.SubRun _,
          StepKind.Join _ ->
          throw new IllegalStateException(container.id() + " has no bodies");
    }
  }

  private static void nextIteration(
      Decision decision, StepProgress container, StepKind.Loop loop, String instance) {
    Run run = decision.run();
    JsonNode isDone;
    try {
      isDone = Arguments.at(Place.after(run, container, instance)).value(loop.until());
    } catch (Arguments.NoValue none) {
      fail(decision, container, none.error());
      return;
    }
    int next = Integer.parseInt(instance) + 1;
    if (isDone.asBoolean() || next >= loop.maxIterations()) {
      finish(decision, container);
    } else if (!run.isStopping()) {
      startBody(decision, container, Integer.toString(next));
    }
  }

  private static void startBody(Decision decision, StepProgress container, String instance) {
    decision.emit(new RunEvent.BodyStarted(container.id(), instance));
    if (container.instances().hasEnded(instance)) {
      goOn(decision, container, instance);
    }
  }

  private static void finish(Decision decision, StepProgress container) {
    if (JsonSize.isTooLarge(BodyResults.of(decision.run(), container))) {
      fail(decision, container, StepError.tooLarge());
      return;
    }
    decision.emit(new RunEvent.BodyEnded(container.id()));
    stepEnded(decision, container);
  }

  private static void fail(Decision decision, StepProgress container, StepError error) {
    Attempts.failForGood(decision, container, error, Consumption.NONE, 0);
  }
}
