package dev.troupe.gateway;

import dev.troupe.plan.PlanError;
import dev.troupe.plan.StepId;
import dev.troupe.run.RunError;
import dev.troupe.run.RunRefusal;
import java.util.List;
import java.util.Optional;

/// What goes wrong with runs, as HTTP: the one table of their codes.
final class RunFault {

  private static final String INVALID_REQUEST = "invalid_request_error";
  private static final String RATE_LIMIT = "rate_limit_error";

  /// What whoever wants to begin a run can do where there is one of that id.
  private static final String ATTACH =
      "; with ?on_conflict=attach you are answered with it, with another id you begin a new one";

  private RunFault() {}

  /// What was sent is no plan.
  static Problem of(PlanError error) {
    int status =
        switch (error.code()) {
          case INVALID_INPUT, UNKNOWN_KEY -> 400;
          case TOO_LARGE -> 413;
          case DAG_CYCLE, DAG_INVALID, DEP_NOT_FOUND, MODEL_UNKNOWN, TOOL_NOT_FOUND -> 422;
        };
    return new Problem(
        new ErrorTable.Row(status, INVALID_REQUEST, error.code().word()),
        error.message(),
        Optional.of(error.place())
            .filter(place -> !place.isEmpty())
            .or(() -> error.step().map(StepId::value)),
        Optional.empty());
  }

  /// The run does not do what it was asked for.
  static Problem of(RunRefusal refusal) {
    int status =
        switch (refusal.code()) {
          case INVALID_INPUT -> 400;
          case RUN_NOT_FOUND, TASK_NOT_FOUND -> 404;
          case RUN_EXISTS, RUN_COMPLETED, RUN_ABORTED, RUN_NOT_ENDED, RUN_STOPPING, TASK_STATE ->
              409;
          case TOO_LARGE -> 413;
          case GRAPH_FULL -> 429;
          case INVALID_PLAN, DAG_CYCLE, DEP_NOT_FOUND, MODEL_UNKNOWN, CURRENCY_MISMATCH -> 422;
        };
    var code =
        refusal.code() == RunRefusal.Code.INVALID_PLAN ? "dag_invalid" : refusal.code().word();
    return new Problem(
        new ErrorTable.Row(status, status == 429 ? RATE_LIMIT : INVALID_REQUEST, code),
        refusal.code() == RunRefusal.Code.RUN_EXISTS
            ? refusal.message() + ATTACH
            : refusal.message(),
        Optional.empty(),
        Optional.empty());
  }

  /// A schedule cannot be had so.
  static Problem of(int status, String code, String why) {
    return new Problem(
        new ErrorTable.Row(status, INVALID_REQUEST, code), why, Optional.empty(), Optional.empty());
  }

  /// What the error of a run is in HTTP's terms: it stands in the run's description, whose own status says
  /// that there is such a run.
  static int status(RunError.Code code) {
    return switch (code) {
      case BUDGET_EXCEEDED -> 422;
      case CANCELLED -> 499;
      case TASK_FAILED, CIRCUIT_OPEN, DEADLOCK, INTERNAL_ERROR -> 500;
      case TIMEOUT -> 504;
    };
  }

  /// Understood, and not to be had here.
  static Problem notServed(String why) {
    return new Problem(
        new ErrorTable.Row(501, INVALID_REQUEST, "not_implemented"),
        why,
        Optional.empty(),
        Optional.empty());
  }

  /// A key that stands for another request.
  static Problem keyReused(String run) {
    return new Problem(
        new ErrorTable.Row(422, INVALID_REQUEST, "idempotency_key_reused"),
        "The run `"
            + run
            + "` was begun with this Idempotency-Key by another request; send each request with a key of its own.",
        Optional.of("Idempotency-Key"),
        Optional.empty());
  }

  /// A key of a body that means nothing.
  static Problem unknownKey(String key, List<String> known) {
    return new Problem(
        new ErrorTable.Row(400, INVALID_REQUEST, "unknown_key"),
        "`" + key + "` means nothing here; there are " + String.join(", ", known) + ".",
        Optional.of(key),
        Optional.empty());
  }

  /// Nobody waits for the answer to a call of a function.
  static Problem callNotFound(String call) {
    return of(
        404,
        "call_not_found",
        "No step waits for call `"
            + call
            + "`: it was answered, it lapsed, or its step needs it no more.");
  }

  static Problem notFound(String run) {
    return of(new RunRefusal(RunRefusal.Code.RUN_NOT_FOUND, "There is no run `" + run + "`."));
  }
}
