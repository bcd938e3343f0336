package dev.troupe.run;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where runs may have this system send requests.
public final class AllowedHosts {

  private static final int SHOWN = 200;
  private static final int MAX_PORT = 65_535;

  private final List<Pattern> patterns;

  /// @param hosts names, with `*` for any part of one
  public AllowedHosts(List<String> hosts) {
    this.patterns =
        hosts.stream()
            .map(host ->
                Pattern.compile(
                    Pattern.quote(host).replace("*", "\\E.*\\Q"), Pattern.CASE_INSENSITIVE))
            .toList();
  }

  /// Why nothing is sent there; empty if something may be.
  public Optional<String> refusal(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException broken) {
      return Optional.of(noUrl(url));
    }
    if (uri.getHost() == null || !isHttp(uri) || uri.getPort() > MAX_PORT) {
      return Optional.of(noUrl(url));
    }
    return patterns.stream().anyMatch(host -> host.matcher(uri.getHost()).matches())
        ? Optional.empty()
        : Optional.of("troupe.run.allowed-hosts does not allow to ask " + uri.getHost());
  }

  /// `//host/path` has no scheme.
  private static boolean isHttp(URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
  }

  private static String noUrl(String url) {
    return "not a URL of http or https: "
        + (url.length() <= SHOWN ? url : url.substring(0, SHOWN) + "…");
  }
}
