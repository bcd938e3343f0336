package dev.troupe.connector;

import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.Lease;
import dev.troupe.program.Call;

/// Leases for tests.
final class TestLeases {

  private TestLeases() {}

  static Lease of(EngineEndpoint engine, String call, int level) {
    return new Lease(
        new Lease.Id("lease-1"), new Call.Id(call), engine, level, false, new Lease.Why("test", 0));
  }
}
