package dev.troupe.actor;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import dev.troupe.program.Tenant;
import dev.troupe.run.TenantLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/// What runs of each tenant may do together: `troupe.run.tenant`, and what entries of `troupe.gateway.tenants`
/// say of their own.
///
/// @param usual of tenants that are not named
/// @param named by the tenant's name
public record TenantSettings(TenantLimits usual, Map<String, TenantLimits> named) {

  private static final String TASKS = "max-concurrent-tasks";
  private static final String RATE = "max-tasks-per-second";

  /// Of an entry; gateways read the others.
  private static final Set<String> KEYS =
      Set.of("name", "api-keys", "highest-priority", TASKS, RATE);

  public TenantSettings {
    named = Map.copyOf(named);
  }

  public static TenantSettings of(Config config) {
    var usual = limits(SettingsReader.of(config, "troupe.run.tenant"), TenantLimits.NONE);
    var named = new HashMap<String, TenantLimits>();
    for (var tenant : SettingsReader.of(config, "troupe.gateway").sections("tenants")) {
      tenant.expectOnly(KEYS);
      named.put(tenant.text("name"), limits(tenant, usual));
    }
    return new TenantSettings(usual, named);
  }

  /// @param usual where the section does not say
  private static TenantLimits limits(SettingsReader section, TenantLimits usual) {
    return new TenantLimits(
        section.has(TASKS) ? tasks(section) : usual.concurrentTasks(),
        section.has(RATE) ? rate(section) : usual.tasksPerSecond());
  }

  private static OptionalInt tasks(SettingsReader section) {
    int most = section.number(TASKS);
    if (most < 0) {
      throw new IllegalArgumentException(
          section.path(TASKS) + ": expected 0 for no limit, or more, not " + most);
    }
    return most == 0 ? OptionalInt.empty() : OptionalInt.of(most);
  }

  private static OptionalDouble rate(SettingsReader section) {
    double most = section.decimal(RATE);
    if (!(most >= 0 && most <= 1e6)) {
      throw new IllegalArgumentException(
          section.path(RATE) + ": expected 0 for no limit, or at most a million, not " + most);
    }
    return most == 0 ? OptionalDouble.empty() : OptionalDouble.of(most);
  }

  public TenantLimits of(Tenant tenant) {
    return named.getOrDefault(tenant.name(), usual);
  }
}
