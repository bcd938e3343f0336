package dev.troupe.actor;

import dev.troupe.program.Program;

/// Finds the one actor of each program, wherever it lives. Delivery is at most once.
public interface Programs {
  void tell(Program.Id program, ProgramActor.Command command);
}
