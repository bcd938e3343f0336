package dev.troupe.gateway;

import dev.troupe.plan.PlanError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/// The parameters of a request, after the question mark, as forms write them. Whatever is written there is
/// read: what has no `=` is a name without a value.
final class Parameters {

  /// A parameter that a request may have.
  ///
  /// @param expected what its value is, for people
  record Rule(String name, String expected, Predicate<String> takes) {}

  /// How long the answer may wait for what the client waits for.
  static final Rule WAIT =
      new Rule(
          "wait", "a number of seconds, such as 30s", text -> RunRoutes.seconds(text).isPresent());

  /// What becomes of a submission whose id a run has already.
  static final Rule ON_CONFLICT =
      new Rule("on_conflict", "reject or attach", text -> text.matches("reject|attach"));

  /// Of a picture.
  static final Rule FORMAT =
      new Rule("format", "one of json, mermaid and dot", text -> text.matches("json|mermaid|dot"));

  /// Entries of a list in one answer.
  static final Rule LIMIT =
      new Rule(
          "limit",
          "a number from 1 to " + RunQuery.MAX_LIMIT,
          text -> RunQuery.limit(text).isPresent());

  /// How a program has ended.
  static final Rule STATE =
      new Rule(
          "state",
          "completed, failed or timeout",
          text -> text.matches("completed|failed|timeout"));

  private Parameters() {}

  /// Why a request cannot be served as it is: none of its parameters is passed over in silence.
  static Optional<Problem> refusal(HttpRequest http, Rule... rules) {
    var known = Arrays.stream(rules).collect(Collectors.toMap(Rule::name, rule -> rule));
    var seen = new HashSet<String>();
    for (var parameter : of(http)) {
      var name = parameter.getKey();
      var rule = known.get(name);
      if (rule == null) {
        return Optional.of(
            problem(
                PlanError.Code.UNKNOWN_KEY,
                name,
                known.isEmpty()
                    ? "unknown parameter; there is none here"
                    : "unknown parameter; there is "
                        + known.keySet().stream().sorted().collect(Collectors.joining(", "))));
      }
      if (!seen.add(name)) {
        return Optional.of(
            problem(PlanError.Code.INVALID_INPUT, name, "`" + name + "` is given twice"));
      }
      if (!rule.takes().test(parameter.getValue())) {
        return Optional.of(
            problem(PlanError.Code.INVALID_INPUT, name, "`" + name + "` is " + rule.expected()));
      }
    }
    return Optional.empty();
  }

  private static Problem problem(PlanError.Code code, String parameter, String message) {
    return RunFault.of(new PlanError(code, message, parameter, Optional.empty(), List.of()));
  }

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
