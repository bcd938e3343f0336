package dev.troupe.gateway;

import dev.troupe.program.Call;
import java.util.List;
import java.util.Optional;

/// What one step of recognition found. Ids are as clients write them, within the tenant.
///
/// @param parent the program that spawned this one
/// @param parents calls that the request is known to follow
record Claim(
    IdentitySource source, String program, Optional<String> parent, List<Call.Id> parents) {

  Claim(IdentitySource source, String program, Optional<String> parent) {
    this(source, program, parent, List.of());
  }

  Claim(IdentitySource source, Turn follows) {
    this(source, follows.program().value(), Optional.empty(), List.of(follows.call()));
  }
}
