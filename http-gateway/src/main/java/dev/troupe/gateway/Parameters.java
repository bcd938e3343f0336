package dev.troupe.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/// The parameters of a request, after the question mark, as forms write them. Whatever is written there is
/// read: what has no `=` is a name without a value.
final class Parameters {

  private Parameters() {}

  /// In the order written.
  static List<Entry<String, String>> of(HttpRequest http) {
    var query = http.getUri().rawQueryString().orElse("");
    return Arrays.stream(query.split("&"))
        .filter(part -> !part.isEmpty())
        .map(part -> part.split("=", 2))
        .map(part -> Map.entry(decoded(part[0]), part.length == 2 ? decoded(part[1]) : ""))
        .toList();
  }

  /// The first of a name.
  static Optional<String> first(HttpRequest http, String name) {
    return of(http).stream()
        .filter(parameter -> parameter.getKey().equals(name))
        .map(Entry::getValue)
        .findFirst();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return text;
    }
  }
}
