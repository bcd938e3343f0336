package dev.troupe.gateway;

import dev.troupe.gateway.GatewaySettings.TenantKeys;
import dev.troupe.program.ProgramPriority;
import dev.troupe.program.Tenant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How much callers may say that their programs matter: `troupe.gateway.highest-priority`, and for some
/// tenants another bound. Below it all may go.
///
/// @param highest for tenants that have no bound of their own
/// @param ofTenants bounds by tenant
record AllowedPriorities(int highest, Map<Tenant, Integer> ofTenants) {

  AllowedPriorities {
    ofTenants = Map.copyOf(ofTenants);
  }

  static AllowedPriorities of(GatewaySettings settings) {
    var bounds = new HashMap<Tenant, Integer>();
    for (TenantKeys tenant : settings.tenants()) {
      tenant.highestPriority().ifPresent(highest -> bounds.put(new Tenant(tenant.name()), highest));
    }
    return new AllowedPriorities(settings.highestPriority(), bounds);
  }

  /// Why a tenant's program cannot have a priority, as a sentence's end; empty where it can.
  Optional<String> refusal(Tenant tenant, int priority) {
    if (!ProgramPriority.isValid(priority)) {
      return Optional.of(
          "a whole number from " + ProgramPriority.LEAST + " to " + ProgramPriority.MOST);
    }
    int most = ofTenants.getOrDefault(tenant, highest);
    return priority > most
        ? Optional.of("at most " + most + ", as this node allows your API key")
        : Optional.empty();
  }
}
