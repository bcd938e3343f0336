package dev.troupe.cluster;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The `troupe.cluster.discovery` section: how a node finds the others.
///
/// @param requiredContactPoints nodes that must be found before some of them form a cluster
/// @param method where to look for them
public record DiscoverySettings(int requiredContactPoints, Method method) {

  private static final String SECTION = "troupe.cluster.discovery";
  private static final String POINTS =
      "pekko.management.cluster.bootstrap.contact-point-discovery.";

  /// A service's name with its port's, such as `_management._tcp.troupe.example.org`.
  private static final Pattern SERVICE = Pattern.compile("_([^._]+)\\._([^._]+)\\.(.+)");

  /// Where a node looks for others.
  public sealed interface Method {}

  /// In `troupe.cluster.seeds`.
  public record Seeds() implements Method {}

  /// In the records of a name.
  public record Dns(String name) implements Method {}

  /// In Kubernetes' list of pods.
  ///
  /// @param namespace empty for the node's own
  public record Kubernetes(String namespace, String labelSelector, String portName)
      implements Method {}

  public DiscoverySettings {
    if (requiredContactPoints < 1) {
      throw new IllegalArgumentException(SECTION + ".required-contact-points: expected at least 1");
    }
  }

  static DiscoverySettings of(Config config) {
    var section = SettingsReader.of(config, SECTION);
    var name = section.section("dns").text("name");
    var pods = section.section("kubernetes");
    var kubernetes =
        new Kubernetes(pods.text("namespace"), pods.text("label-selector"), pods.text("port-name"));
    var method =
        switch (section.text("method")) {
          case "seeds" -> new Seeds();
          case "dns" -> new Dns(needed("dns.name", name));
          case "kubernetes" -> {
            needed("kubernetes.label-selector", kubernetes.labelSelector());
            needed("kubernetes.port-name", kubernetes.portName());
            yield kubernetes;
          }
          default ->
              throw new IllegalArgumentException(
                  SECTION + ".method: expected seeds, dns or kubernetes");
        };
    return new DiscoverySettings(section.number("required-contact-points"), method);
  }

  /// Whether nodes ask each other whether there is a cluster, instead of joining given ones.
  public boolean asksOthers() {
    return !(method instanceof Seeds);
  }

  /// Pekko's settings that follow from it.
  Map<String, Object> pekko() {
    return switch (method) {
      case Seeds _ -> Map.of();
      case Dns(var name) -> dns(name);
      case Kubernetes pods -> pods(pods);
    };
  }

  private static Map<String, Object> dns(String name) {
    var service = SERVICE.matcher(name);
    boolean hasPort = service.matches();
    return Map.of(
        POINTS + "discovery-method", "pekko-dns",
        POINTS + "port-name", hasPort ? service.group(1) : "",
        POINTS + "protocol", hasPort ? service.group(2) : "",
        POINTS + "effective-name", hasPort ? service.group(3) : name);
  }

  private static Map<String, Object> pods(Kubernetes pods) {
    var settings = new HashMap<String, Object>();
    settings.put(POINTS + "discovery-method", "kubernetes-api");
    settings.put(POINTS + "port-name", pods.portName());
    settings.put(POINTS + "effective-name", "troupe");
    settings.put("pekko.discovery.kubernetes-api.pod-label-selector", pods.labelSelector());
    if (!pods.namespace().isBlank()) {
      settings.put("pekko.discovery.kubernetes-api.pod-namespace", pods.namespace());
    }
    return settings;
  }

  private static String needed(String key, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(
          SECTION + "." + key + ": missing, and " + SECTION + ".method needs it");
    }
    return value;
  }
}
