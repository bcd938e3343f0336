package dev.troupe.engine;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `troupe.engine-search` section of the configuration: the engines that a node with the role
/// `engine` finds on its host.
///
/// @param urls where it looks; empty when it does not
/// @param apiKey sent as a bearer token; engines found take their calls with it
/// @param interval time between two looks
/// @param forgetAfter how long an engine that was found is kept when it does not answer any more
public record EngineSearchSettings(
    List<URI> urls, Optional<String> apiKey, Duration interval, Duration forgetAfter) {

  private static final String PATH = "troupe.engine-search";
  private static final SettingRules RULES = new SettingRules(PATH);
  private static final String RANGE = "a port, or a range such as 8000-8007";
  private static final int MAX_PORTS = 256;
  private static final int MAX_PORT = 65_535;

  public EngineSearchSettings {
    urls = List.copyOf(urls);
    RULES.requirePositive("interval", interval);
    RULES.require(
        forgetAfter.compareTo(interval) > 0,
        "forget-after",
        "a time longer than interval",
        forgetAfter);
  }

  public static EngineSearchSettings of(Config config) {
    var section = SettingsReader.of(config, PATH);
    var host = section.text("host");
    RULES.require(!host.isBlank(), "host", "a name or an address", "a blank");
    var key = section.text("api-key");
    var ports = ports(section.texts("ports"));
    return new EngineSearchSettings(
        section.flag("enabled") ? ports.stream().map(port -> url(host, port)).toList() : List.of(),
        key.isBlank() ? Optional.empty() : Optional.of(key),
        section.duration("interval"),
        section.duration("forget-after"));
  }

  private static URI url(String host, int port) {
    boolean isIpV6 = host.contains(":") && !host.startsWith("[");
    return URI.create("http://" + (isIpV6 ? "[" + host + "]" : host) + ":" + port);
  }

  /// @param texts each a port, or the first and the last of a range: `8000-8007`
  private static List<Integer> ports(List<String> texts) {
    var ports = new ArrayList<Integer>();
    for (var text : texts) {
      var ends = text.split("-", -1);
      int first = port(ends[0], text);
      int last = ends.length == 1 ? first : port(ends[1], text);
      RULES.require(ends.length <= 2 && first <= last, "ports", RANGE, text);
      RULES.require(
          ports.size() + last - first < MAX_PORTS,
          "ports",
          "at most " + MAX_PORTS + " ports",
          "more");
      for (int port = first; port <= last; port++) {
        ports.add(port);
      }
    }
    return ports;
  }

  private static int port(String text, String whole) {
    try {
      int port = Integer.parseInt(text.strip());
      RULES.require(port > 0 && port <= MAX_PORT, "ports", RANGE, whole);
      return port;
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          PATH + ".ports: expected " + RANGE + ", not " + whole, notANumber);
    }
  }
}
