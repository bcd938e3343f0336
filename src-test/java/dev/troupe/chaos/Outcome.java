package dev.troupe.chaos;

/// What became of one attempt at a call, as its client saw it.
enum Outcome {
  /// The answer came to its end.
  COMPLETED,
  /// The node said that it takes no such call now; to be tried again.
  REFUSED,
  /// Nobody listened: nothing was sent.
  UNREACHABLE,
  /// The connection broke before the first byte of an answer.
  CUT_BEFORE,
  /// The connection broke, or fell silent, after the first byte.
  CUT_DURING,
  /// An error that trying again does not mend, as a status or as an event of the stream.
  FAILED;

  /// Whether a sound client sends the call again.
  boolean isTriedAgain() {
    return switch (this) {
      case REFUSED, UNREACHABLE, CUT_BEFORE -> true;
      case COMPLETED, CUT_DURING, FAILED -> false;
    };
  }
}
