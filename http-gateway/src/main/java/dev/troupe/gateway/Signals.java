package dev.troupe.gateway;

import dev.troupe.program.Identifiers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a request says of itself, in headers and small members of its body. Ids that are too long or
/// hold control characters are not there for it.
record Signals(HeaderView headers, ScannedBody body) {

  /// As many calls as one may name as its parents: their ids travel between nodes in one message.
  private static final int MAX_PARENTS = 256;

  /// An id in a header.
  ///
  /// @param name in lower case
  Optional<String> header(String name) {
    return headers.value(name).map(String::strip).filter(Identifiers::isValid);
  }

  /// An id in the body.
  ///
  /// @param path such as `metadata.session_id`
  Optional<String> member(String path) {
    return body.hint(path).map(String::strip).filter(Identifiers::isValid);
  }

  /// Ids in a header, separated by commas.
  List<String> headerList(String name) {
    return ids(headers.value(name).stream().flatMap(list -> Arrays.stream(list.split(",", -1))));
  }

  List<String> memberList(String path) {
    return ids(body.hints().getOrDefault(path, List.of()).stream());
  }

  boolean isHeaderTrue(String name) {
    return isTrue(headers.value(name));
  }

  boolean isMemberTrue(String path) {
    return isTrue(body.hint(path));
  }

  private static boolean isTrue(Optional<String> value) {
    return value.map(String::strip).filter(text -> text.equalsIgnoreCase("true")).isPresent();
  }

  private static List<String> ids(Stream<String> texts) {
    return texts
        .map(String::strip)
        .filter(Identifiers::isValid)
        .distinct()
        .limit(MAX_PARENTS)
        .toList();
  }
}
