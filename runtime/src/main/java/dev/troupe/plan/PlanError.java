package dev.troupe.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Why a plan, or what was sent in place of one, is refused.
///
/// @param message one sentence that names the place and what to write instead
/// @param place where in what was sent: a JSON pointer such as `/tasks/3/deps`, or `line 7`; empty where
///     the plan was built in code
/// @param step the step that is at fault, where it is one
/// @param path of a cycle: its steps in order, the first again at the end; else empty
public record PlanError(
    Code code, String message, String place, Optional<StepId> step, List<StepId> path) {

  /// What is wrong, as clients see it.
  public enum Code {
    /// Not of the form that is asked for: a missing, malformed or excessive value.
    INVALID_INPUT,
    /// A key that means nothing here.
    UNKNOWN_KEY,
    /// Steps that wait for each other.
    DAG_CYCLE,
    /// No graph of steps: empty, two steps of one id, a step that depends on itself.
    DAG_INVALID,
    /// A dependency on, or reference to, a step that is not in the plan.
    DEP_NOT_FOUND,
    /// No such model or role in the catalogue.
    MODEL_UNKNOWN,
    /// No such tool or function in the catalogue.
    TOOL_NOT_FOUND,
    /// More steps, nesting or text than is allowed.
    TOO_LARGE;

    /// As on the wire: `dag_cycle`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int SHOWN_LENGTH = 80;

  public PlanError {
    path = List.copyOf(path);
  }

  public static PlanError of(Code code, String message) {
    return new PlanError(code, message, "", Optional.empty(), List.of());
  }

  public PlanError about(StepId at) {
    return new PlanError(code, message, place, step.isPresent() ? step : Optional.of(at), path);
  }

  /// The same, said of a place; what names a place already stays.
  public PlanError at(String where) {
    return place.isEmpty() ? new PlanError(code, message, where, step, path) : this;
  }

  /// Message and place in one line.
  public String line() {
    return place.isEmpty() ? message : place + ": " + message;
  }

  /// What a user sent, short enough and clean enough for a message.
  static String shown(String value) {
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .limit(SHOWN_LENGTH)
        .map(each ->
            Character.isISOControl(each) || Character.getType(each) == Character.SURROGATE
                ? '?'
                : each)
        .forEach(text::appendCodePoint);
    return value.codePointCount(0, value.length()) > SHOWN_LENGTH ? text + "…" : text.toString();
  }
}
