package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.StepId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Something that a decision wants done in the world. None of them changes the run; what comes of one
/// comes back as a command.
public sealed interface RunAction {

  /// Do a step, and answer with [RunCommand.StepOutcome] of this step and attempt, whatever happens.
  ///
  /// @param attempt from 1; an answer of another attempt than the last is refused
  /// @param parents the steps it depends on: what a program's declared edges are made of
  /// @param priority more goes first
  /// @param criticalMillis expected time from the start of this step to the end of the run
  /// @param errors of the steps whose error stands where a result would in `input`
  /// @param reserved what it may cost at most, as estimated
  /// @param timeoutMillis after which the run gives the attempt up
  /// @param idleTimeoutMillis without a sign of life, after which the runner gives it up
  record StartStep(
      StepId step,
      int attempt,
      StepInput input,
      List<StepId> parents,
      int priority,
      long criticalMillis,
      Map<StepId, StepError> errors,
      Reservation reserved,
      OptionalLong timeoutMillis,
      OptionalLong idleTimeoutMillis)
      implements RunAction {}

  /// Stop doing a step: its result is not needed. Answer with an outcome all the same.
  record CancelStep(StepId step, int attempt) implements RunAction {}

  /// Ask a person; the answer is [RunCommand.Approve].
  record AskApproval(StepId step, JsonNode question) implements RunAction {}

  /// Send [RunCommand.Tick] at this wall-clock time, or soon after. Takes the place of the time asked for
  /// before.
  record WakeAt(long atMillis) implements RunAction {}

  /// The run has ended: nothing follows but queries.
  record Conclude(RunState state, Optional<RunError> error) implements RunAction {}
}
