package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What clients see of a run, at a moment.
///
/// @param steps by id, those inside steps among them
/// @param isOpen whether more steps are to come
/// @param isStopping whether nothing more is started, and the run is about to end
/// @param used of all steps together; what attempts that failed used is in it
/// @param spent exactly the sum of the steps' costs and tokens
/// @param reserved set aside for running steps
/// @param notes what there is to know of it, by subject
/// @param sequence of the last event that is in this
/// @param createdAtMillis wall-clock milliseconds, as all times here
/// @param endedAtMillis 0 while it has not ended
public record RunView(
    RunId id,
    RunState state,
    RunPolicy policy,
    Budget budget,
    List<StepView> steps,
    boolean isOpen,
    boolean isStopping,
    Optional<RunError> error,
    Consumption used,
    Expense spent,
    Expense reserved,
    Map<String, JsonNode> memory,
    Map<String, JsonNode> notes,
    Map<String, JsonNode> metadata,
    long sequence,
    long createdAtMillis,
    long updatedAtMillis,
    long endedAtMillis) {

  public RunView {
    steps = List.copyOf(steps);
    memory = Map.copyOf(memory);
    notes = Map.copyOf(notes);
    metadata = Map.copyOf(metadata);
  }

  /// Cost: `O(n log n)`.
  ///
  /// @param nowMillis wall-clock time: how long running steps have run is counted up to then
  public static RunView of(Run run, long nowMillis) {
    Consumption used = Consumption.NONE;
    for (StepProgress step : run.steps().all()) {
      used = used.plus(step.used);
    }
    return new RunView(
        run.id(),
        run.state(),
        run.policy(),
        run.budgets().limit(),
        steps(run, nowMillis),
        run.isOpen(),
        run.isStopping() && !run.state().isTerminal(),
        run.error().or(() -> run.stopping().map(RunEvent.Stopping::error)),
        used,
        run.spent(),
        run.reserved(),
        run.memory().values(),
        run.memory().notes(),
        run.start().metadata(),
        run.sequence(),
        run.submittedAtMillis(),
        run.updatedAtMillis(),
        run.endedAtMillis());
  }

  private static List<StepView> steps(Run run, long nowMillis) {
    return run.steps().all().stream()
        .sorted(Comparator.comparing(StepProgress::id))
        .map(step -> StepView.of(step, nowMillis))
        .toList();
  }

  /// The same with some of its steps: in the order of their ids, from a place on, at most so many and fewer
  /// where they are large, but one at least. Memory, notes and metadata are in the first page alone.
  public RunView page(int from, int most) {
    boolean isFirst = from == 0;
    long besides =
        isFirst ? Pages.ofValues(memory) + Pages.ofValues(notes) + Pages.ofValues(metadata) : 0;
    var some =
        Pages.steps(steps.subList(Math.min(from, steps.size()), steps.size()), most, besides);
    return isFirst ? withSteps(some) : with(some, Map.of(), Map.of(), Map.of());
  }

  /// The same with other steps.
  public RunView withSteps(List<StepView> others) {
    return with(others, memory, notes, metadata);
  }

  private RunView with(
      List<StepView> others,
      Map<String, JsonNode> otherMemory,
      Map<String, JsonNode> otherNotes,
      Map<String, JsonNode> otherMetadata) {
    return new RunView(
        id,
        state,
        policy,
        budget,
        others,
        isOpen,
        isStopping,
        error,
        used,
        spent,
        reserved,
        otherMemory,
        otherNotes,
        otherMetadata,
        sequence,
        createdAtMillis,
        updatedAtMillis,
        endedAtMillis);
  }

  /// One step; empty if there is none of that id. Cost: `O(1)`.
  public static Optional<StepView> step(Run run, StepId id, long nowMillis) {
    return Optional.ofNullable(run.steps().find(id)).map(step -> StepView.of(step, nowMillis));
  }
}
