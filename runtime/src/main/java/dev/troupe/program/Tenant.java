package dev.troupe.program;

/// Who pays: the owner of API keys. Programs of two tenants never meet.
///
/// @param name at most 256 characters, without control characters
public record Tenant(String name) {

  /// The tenant of a node that asks for no API keys.
  public static final Tenant ANYONE = new Tenant("anyone");

  public Tenant {
    Identifiers.check("tenant", name);
  }
}
