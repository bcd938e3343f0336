package dev.troupe.gateway;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.List;
import java.util.Optional;

/// Which call of which program a request is.
///
/// @param parent the program that spawned this one
/// @param call unique over all programs; see [CallNames]
/// @param callName what the client calls it, or would have to call it as a parent
/// @param parents calls of the program whose results this one needs
/// @param isMultithreaded whether the client says that calls of the program run side by side
/// @param isFinal whether the client says that this is the program's last call
record Identified(
    Program.Id program,
    IdentitySource source,
    Optional<Program.Id> parent,
    Call.Id call,
    String callName,
    List<Call.Id> parents,
    boolean isMultithreaded,
    boolean isFinal) {

  Identified {
    parents = List.copyOf(parents);
  }
}
