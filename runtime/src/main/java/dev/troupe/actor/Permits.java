package dev.troupe.actor;

import dev.troupe.program.Tenant;

/// Finds the one actor that gives runs leave to start steps, where their tenants have limits. What is told
/// arrives at most once: it is told again as long as it is so.
public interface Permits {

  /// Whether runs of a tenant need permits.
  boolean areNeeded(Tenant tenant);

  void tell(PermitsActor.Announce announce);
}
