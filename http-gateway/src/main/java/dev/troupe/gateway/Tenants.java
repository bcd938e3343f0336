package dev.troupe.gateway;

import dev.troupe.gateway.GatewaySettings.TenantKeys;
import dev.troupe.program.Tenant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Tells by a request's API key whose it is.
///
/// Keys are kept and compared as SHA-256 digests. Without configured tenants any key is taken: each
/// is a tenant of its own, named after its digest, so that programs of two keys never meet.
final class Tenants {

  private static final String BEARER = "bearer ";

  private final Map<String, Tenant> byDigest = new HashMap<>();

  Tenants(List<TenantKeys> tenants) {
    for (var tenant : tenants) {
      for (var key : tenant.apiKeys()) {
        byDigest.put(digest(key), new Tenant(tenant.name()));
      }
    }
  }

  /// Empty when the key is unknown, or missing where one is wanted.
  Optional<Tenant> of(HeaderView headers) {
    var digest = key(headers).map(Tenants::digest);
    if (byDigest.isEmpty()) {
      return Optional.of(
          digest.map(known -> new Tenant("key-" + known.substring(0, 16))).orElse(Tenant.ANYONE));
    }
    return digest.flatMap(known -> Optional.ofNullable(byDigest.get(known)));
  }

  private static Optional<String> key(HeaderView headers) {
    return headers
        .value("authorization")
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
        .map(value -> value.substring(BEARER.length()).strip())
        .or(() -> headers.value("x-api-key"))
        .or(() -> headers.value("api-key"))
        .filter(key -> !key.isBlank());
  }

  private static String digest(String key) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has SHA-256", impossible);
    }
  }
}
