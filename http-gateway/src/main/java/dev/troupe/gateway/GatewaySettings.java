package dev.troupe.gateway;

import com.typesafe.config.Config;
import dev.troupe.program.Identifiers;
import dev.troupe.program.ProgramPriority;
import dev.troupe.program.SettingsReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/// The section `troupe.gateway`, and what belongs to it.
///
/// @param host address to listen on
/// @param port to listen on; 0 takes any free one
/// @param maxBodyBytes larger bodies are refused before they are read whole
/// @param maxHeldBytes of all bodies that are in memory at one time
/// @param bodyTimeout the longest a client may take to send a body
/// @param keepAliveAfter silence after which a streamed call's answer is begun with a comment
/// @param keepAliveInterval between further comments
/// @param deadline of a call that asks for none
/// @param maxDeadline the latest a call may ask for
/// @param expectedOutputTokens reckoned for a call that does not allow fewer
/// @param bytesPerToken of prompt text, for estimates
/// @param highestPriority that callers may ask for, for their programs
/// @param controlTimeout the longest to wait for an answer from an actor
/// @param protocol how HTTP itself is read and written
/// @param tenants none: any key is taken, and each key is a tenant of its own
/// @param identity how programs are recognized; section `troupe.identity`
/// @param sharing how gateways tell each other what they remember
public record GatewaySettings(
    String host,
    int port,
    int maxBodyBytes,
    long maxHeldBytes,
    Duration bodyTimeout,
    Duration keepAliveAfter,
    Duration keepAliveInterval,
    Duration deadline,
    Duration maxDeadline,
    int expectedOutputTokens,
    double bytesPerToken,
    int highestPriority,
    Duration controlTimeout,
    ServerSettings protocol,
    List<TenantKeys> tenants,
    IdentitySettings identity,
    SharingSettings sharing) {

  private static final String SECTION = "troupe.gateway";
  private static final String HIGHEST_PRIORITY = "highest-priority";

  /// What bodies may have of the heap when nobody says. The rest is for copies on their way in and
  /// out, and for all else that the node does.
  private static final double BODIES_PART_OF_HEAP = 0.6;

  /// The API keys of one tenant.
  ///
  /// @param highestPriority that they may ask for, where it is not that of all
  public record TenantKeys(String name, List<String> apiKeys, OptionalInt highestPriority) {
    public TenantKeys {
      apiKeys = List.copyOf(apiKeys);
    }

    /// Keys are secrets.
    @Override
    public String toString() {
      return "TenantKeys[" + name + "]";
    }
  }

  public GatewaySettings {
    tenants = List.copyOf(tenants);
    check("port", port >= 0 && port <= 65_535, "0 to 65535");
    check("max-body-bytes", maxBodyBytes >= 1024, "at least 1 KiB and less than 2 GiB");
    check("max-held-bytes", maxHeldBytes >= maxBodyBytes, "`auto`, or at least `max-body-bytes`");
    checkPositive("body-timeout", bodyTimeout);
    checkPositive("keep-alive-after", keepAliveAfter);
    checkPositive("keep-alive-interval", keepAliveInterval);
    checkPositive("deadline", deadline);
    check("max-deadline", maxDeadline.compareTo(deadline) >= 0, "at least `deadline`");
    check("expected-output-tokens", expectedOutputTokens > 0, "more than 0");
    check("bytes-per-token", bytesPerToken >= 0.5 && bytesPerToken <= 16, "0.5 to 16");
    checkPositive("control-timeout", controlTimeout);
    checkKeysDiffer(tenants);
  }

  public static GatewaySettings of(Config config) {
    var section = SettingsReader.of(config, SECTION);
    long maxBodyBytes = section.bytes("max-body-bytes");
    return new GatewaySettings(
        section.text("host"),
        section.number("port"),
        maxBodyBytes > Integer.MAX_VALUE - 8 ? -1 : (int) maxBodyBytes,
        maxHeldBytes(section),
        section.duration("body-timeout"),
        section.duration("keep-alive-after"),
        section.duration("keep-alive-interval"),
        section.duration("deadline"),
        section.duration("max-deadline"),
        section.number("expected-output-tokens"),
        section.decimal("bytes-per-token"),
        priority(section),
        section.duration("control-timeout"),
        ServerSettings.create(
            config
                .getConfig(SECTION + ".protocol")
                .atPath("pekko.http.server")
                .withFallback(config)),
        section.sections("tenants").stream().map(GatewaySettings::tenant).toList(),
        IdentitySettings.of(config),
        SharingSettings.of(config));
  }

  private static TenantKeys tenant(SettingsReader entry) {
    var name = entry.text("name");
    var keys = entry.texts("api-keys");
    expect(Identifiers.isValid(name), entry.path("name"), "1 to 256 characters");
    expect(
        !keys.isEmpty() && keys.stream().noneMatch(String::isBlank),
        entry.path("api-keys"),
        "at least one key, and none that is blank");
    return new TenantKeys(
        name,
        keys,
        entry.has(HIGHEST_PRIORITY) ? OptionalInt.of(priority(entry)) : OptionalInt.empty());
  }

  private static int priority(SettingsReader section) {
    return section.number(HIGHEST_PRIORITY, ProgramPriority.LEAST, ProgramPriority.MOST);
  }

  private static long maxHeldBytes(SettingsReader section) {
    return section
        .bytesOrAuto("max-held-bytes")
        .orElseGet(() -> (long) (BODIES_PART_OF_HEAP * Runtime.getRuntime().maxMemory()));
  }

  private static void checkKeysDiffer(List<TenantKeys> tenants) {
    var seen = new HashSet<String>();
    var names = new HashSet<String>();
    for (int at = 0; at < tenants.size(); at++) {
      var tenant = tenants.get(at);
      var place = SECTION + ".tenants[" + at + "]";
      expect(
          names.add(tenant.name()),
          place + ".name",
          "a name that no entry before it has, not " + tenant.name());
      expect(
          tenant.apiKeys().stream().allMatch(seen::add),
          place + ".api-keys",
          "each key once, in one entry");
    }
  }

  private static void checkPositive(String key, Duration value) {
    check(key, value.isPositive(), "longer than 0");
  }

  private static void check(String key, boolean isFine, String expected) {
    expect(isFine, SECTION + "." + key, expected);
  }

  private static void expect(boolean isFine, String path, String expected) {
    if (!isFine) {
      throw new IllegalArgumentException(path + ": expected " + expected);
    }
  }
}
