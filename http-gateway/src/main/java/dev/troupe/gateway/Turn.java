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
}
