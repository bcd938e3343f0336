package dev.troupe.run;

import java.util.Locale;

/// Why a command changes nothing.
///
/// @param message one sentence that says what would be taken
public record RunRefusal(Code code, String message) {

  /// Of what kind, as clients see it.
  public enum Code {
    /// The plan, or what is added to it, is none; the message says where.
    INVALID_PLAN,
    /// Steps would wait for each other.
    DAG_CYCLE,
    /// A dependency on a step that is not there.
    DEP_NOT_FOUND,
    /// A model or role that is in no catalogue.
    MODEL_UNKNOWN,
    /// The plan would be larger than plans may be.
    TOO_LARGE,
    /// The node has as many runs or steps in memory as it may have: later there is room.
    GRAPH_FULL,
    /// There is a run of that id.
    RUN_EXISTS,
    /// There is no run of that id.
    RUN_NOT_FOUND,
    /// The run has ended.
    RUN_COMPLETED,
    /// The run is being aborted, or is.
    RUN_ABORTED,
    /// The run has not ended yet.
    RUN_NOT_ENDED,
    /// The run is about to end and starts nothing more.
    RUN_STOPPING,
    /// No step of that id.
    TASK_NOT_FOUND,
    /// The step is in another state than the command needs.
    TASK_STATE,
    /// The value is none that is taken.
    INVALID_INPUT,
    /// The budget is in another currency.
    CURRENCY_MISMATCH;

    /// As on the wire: `run_exists`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
