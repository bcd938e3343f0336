package dev.troupe.gateway;

import dev.troupe.actor.EngineTransport.Header;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The headers of a request, with names in lower case.
final class HeaderView {

  private final List<Header> headers;
  private final Map<String, String> firstValues = new HashMap<>();

  /// @param headers in the order they were sent
  HeaderView(List<Header> headers) {
    this.headers =
        headers.stream()
            .map(header -> new Header(header.name().toLowerCase(Locale.ROOT), header.value()))
            .toList();
    for (var header : this.headers) {
      firstValues.putIfAbsent(header.name(), header.value());
    }
  }

  /// All, in the order they were sent.
  List<Header> headers() {
    return headers;
  }

  /// The first value of a header.
  ///
  /// @param name in lower case
  Optional<String> value(String name) {
    return Optional.ofNullable(firstValues.get(name));
  }
}
