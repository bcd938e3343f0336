package dev.troupe.program;

/// Why a call was not, or not wholly, served. A closed set: it is a metric label.
public enum Reason {
  /// Refused: as many calls wait as are allowed to.
  QUEUE_FULL,
  /// Refused: no engine has ever served the model.
  UNKNOWN_MODEL,
  /// Refused: this node is leaving.
  DRAINING,
  /// Evicted: the deadline passed before the end.
  DEADLINE_EXCEEDED,
  /// Cancelled: the client went away.
  CLIENT_GONE,
  /// Cancelled: the program was ended while the call was open.
  PROGRAM_ENDED,
  /// Failed: the engine broke off or could not be reached, as often as it may be tried.
  ENGINE_LOST,
  /// Failed: the engine sent something that is no HTTP response of its dialect.
  ENGINE_INVALID,
  /// Refused: a call with that id is open on the node.
  DUPLICATE_CALL,
  /// Failed: a bug of ours.
  INTERNAL
}
