package dev.troupe.cluster;

import dev.troupe.program.Tenant;

/// What a tenant has under a name, such as a program or a run, as sharding names it.
record TenantEntity(Tenant tenant, String name) {

  /// The length of the tenant's name says where it ends, so that no two share an id.
  String id() {
    return tenant.name().length() + ":" + tenant.name() + name;
  }

  /// @param id as [#id] makes it
  static TenantEntity of(String id) {
    int colon = id.indexOf(':');
    int end = colon + 1 + Integer.parseInt(id, 0, colon, 10);
    return new TenantEntity(new Tenant(id.substring(colon + 1, end)), id.substring(end));
  }
}
