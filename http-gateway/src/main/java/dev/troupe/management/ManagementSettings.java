package dev.troupe.management;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;

/// The section `troupe.management`.
///
/// @param host address to listen on
/// @param port to listen on; 0 takes any free one
/// @param statusTimeout the longest that `/status` and `/ready` wait for an answer
public record ManagementSettings(String host, int port, Duration statusTimeout) {

  private static final String SECTION = "troupe.management";

  public ManagementSettings {
    check("host", !host.isBlank(), "a host, not nothing");
    check("port", port >= 0 && port <= 65_535, "0 to 65535");
    check("status-timeout", statusTimeout.isPositive(), "longer than 0");
  }

  public static ManagementSettings of(Config config) {
    var section = SettingsReader.of(config, SECTION);
    return new ManagementSettings(
        section.text("host"), section.number("port"), section.duration("status-timeout"));
  }

  /// @throws IllegalArgumentException when other nodes cannot know this address
  public void checkThatOthersFindIt() {
    check("port", port != 0, "a port of your choice, since other nodes ask there; not 0");
    check(
        "host",
        !List.of("0.0.0.0", "::", "[::]").contains(host),
        "the address that other nodes ask at, not " + host);
  }

  /// What to say when the address cannot be had.
  public String cannotListen(Throwable why) {
    var cause = why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
    var key = ListenFailure.mend(cause, "host", "port");
    var mend =
        ListenFailure.mend(
            cause,
            "it must be an address of this machine",
            "choose another port, or 0 for any free one");
    return "%s.%s: cannot listen on %s:%d (%s); %s"
        .formatted(SECTION, key, host, port, cause.getMessage(), mend);
  }

  private static void check(String key, boolean isFine, String expected) {
    if (!isFine) {
      throw new IllegalArgumentException(SECTION + "." + key + ": expected " + expected);
    }
  }
}
