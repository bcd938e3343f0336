package dev.troupe.program;

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
}
