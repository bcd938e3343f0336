package dev.troupe.gateway;

import dev.troupe.program.ProgramView;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The programs that live on this node.
public interface ProgramList {

  /// A tenant's programs, the latest first.
  ///
  /// @param limit programs at most
  CompletionStage<Listed> list(Tenant tenant, int limit);

  /// @param total programs of the tenant, listed or not
  record Listed(List<ProgramView> programs, int total) {
    public Listed {
      programs = List.copyOf(programs);
    }
  }
}
