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
  /// @param remainingCalls how many calls it is expected to make after this one, or from now on where no
  ///     call says it: see [RemainingCalls]
  public record Declared(Optional<Id> parent, OptionalInt priority, OptionalInt remainingCalls) {

    public static final Declared NOTHING =
        new Declared(Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

    /// @throws IllegalArgumentException if one of the numbers is none
    public Declared {
      priority.ifPresent(ProgramPriority::checked);
      remainingCalls.ifPresent(RemainingCalls::checked);
    }
  }
}
