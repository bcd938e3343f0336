package dev.troupe.program;

import java.util.Optional;
import java.util.OptionalInt;

/// One agent's task, made of many calls: the unit of scheduling and fairness.
public final class Program {

  private Program() {}

  /// Names a program within its tenant.
  ///
  /// @param value chosen by the caller or by the gateway; at most 256 characters
  public record Id(Tenant tenant, String value) {
    public Id {
      Identifiers.check("program id", value);
    }
  }

  /// What a caller says of a program beside its name.
  ///
  /// @param parent the program that spawned it
  /// @param priority how much it matters beside others, from now on: see [ProgramPriority]
  public record Declared(Optional<Id> parent, OptionalInt priority) {

    public static final Declared NOTHING = new Declared(Optional.empty(), OptionalInt.empty());

    /// @throws IllegalArgumentException if it is no priority
    public Declared {
      priority.ifPresent(ProgramPriority::checked);
    }
  }
}
