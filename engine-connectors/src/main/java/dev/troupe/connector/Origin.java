package dev.troupe.connector;

import java.net.URI;

/// Where connections can be shared: one server, one port, with or without TLS.
record Origin(String host, int port, boolean secure) {

  static Origin of(URI uri) {
    var host = uri.getHost();
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    if (host == null || !(secure || "http".equalsIgnoreCase(uri.getScheme()))) {
      throw new IllegalArgumentException("no http or https address: " + uri);
    }
    // IPv6 literals stand in brackets in a URI, and without them everywhere else.
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Origin(bare, uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80, secure);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
