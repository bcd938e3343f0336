package dev.troupe.gateway;

import dev.troupe.program.Call;
import dev.troupe.program.Program;

/// A call, as something that a later request may follow.
///
/// @param toolsHash fingerprint of the tools it offered; 0 without any
/// @param isRelayed whether an answer to it has passed, so that there is something to follow
/// @param isTold whether it is another gateway's, which has told this one of it
record Turn(Program.Id program, Call.Id call, long toolsHash, boolean isRelayed, boolean isTold) {

  Turn told() {
    return new Turn(program, call, toolsHash, isRelayed, true);
  }

  /// Whether it tells nothing new of a call that is known already: a gateway knows its own calls best,
  /// and an answer that has passed has passed.
  boolean isOldOf(Turn known) {
    return known.call.equals(call) && (!known.isTold || known.isRelayed);
  }
}
