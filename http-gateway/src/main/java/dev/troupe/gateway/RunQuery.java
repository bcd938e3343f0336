package dev.troupe.gateway;

import dev.troupe.actor.RunJournal.Head;
import dev.troupe.actor.RunJournal.Position;
import dev.troupe.actor.RunJournal.Selection;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.PlanError;
import dev.troupe.program.Identifiers;
import dev.troupe.run.RunId;
import dev.troupe.run.RunProgram;
import dev.troupe.run.RunState;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which runs a client wants to see, as it says in the parameters of its request.
///
/// @param program that their calls belong to
/// @param labels what their metadata has, by name, as text
/// @param limit runs in one answer, 1 to [#MAX_LIMIT]
record RunQuery(
    Selection selection, Optional<String> program, Map<String, String> labels, int limit) {

  static final int MAX_LIMIT = 1_000;
  private static final int USUAL_LIMIT = 100;

  /// A run that is listed has been submitted.
  private static final Set<RunState> LISTED = EnumSet.complementOf(EnumSet.of(RunState.PENDING));

  private static final String LABEL = "metadata.";
  private static final String WHOLE_NUMBER = "[0-9]{1,15}";

  RunQuery {
    labels = Map.copyOf(labels);
  }

  /// @param parameters in the order of the request
  /// @throws InvalidPlanException that names the parameter at fault
  static RunQuery of(Iterable<? extends Entry<String, String>> parameters) {
    var given = new HashMap<String, String>();
    var labels = new HashMap<String, String>();
    for (var parameter : parameters) {
      var name = parameter.getKey();
      var known =
          name.startsWith(LABEL)
              ? labels.put(name.substring(LABEL.length()), parameter.getValue())
              : given.put(name, parameter.getValue());
      if (known != null) {
        throw invalid(name, "`" + name + "` is given twice");
      }
    }
    var query =
        new RunQuery(
            new Selection(
                Optional.ofNullable(given.remove("state")).map(RunQuery::states).orElse(Set.of()),
                time(given, "created_after").map(millis -> millis + 1).orElse(0L),
                time(given, "created_before").orElse(Long.MAX_VALUE),
                Optional.ofNullable(given.remove("cursor")).map(RunQuery::position)),
            Optional.ofNullable(given.remove("program")),
            labels,
            Optional.ofNullable(given.remove("limit"))
                .map(RunQuery::checkedLimit)
                .orElse(USUAL_LIMIT));
    if (!given.isEmpty()) {
      var unknown = given.keySet().iterator().next();
      throw refused(
          PlanError.Code.UNKNOWN_KEY,
          unknown,
          "unknown parameter; there are state, program, created_after, created_before,"
              + " metadata.NAME, limit and cursor");
    }
    return query;
  }

  /// Whether a run is one of those, as far as its place in the list does not say.
  boolean takes(Head head) {
    return program.isEmpty() && labels.isEmpty()
        || program.filter(name -> !name.equals(programOf(head))).isEmpty()
            && labels.entrySet().stream().allMatch(label -> has(head, label));
  }

  private static boolean has(Head head, Entry<String, String> label) {
    var value = head.metadata().get(label.getKey());
    return value != null && value.asText().equals(label.getValue());
  }

  /// The program whose calls a run's are.
  static String programOf(Head head) {
    var named = head.metadata().get(RunProgram.NAME);
    return named == null ? head.key().run().value() : named.asText(head.key().run().value());
  }

  /// A text that stands for a place in the list.
  static String cursor(Head head) {
    var text = head.createdMillis() + ":" + head.key().run().value();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Position position(String cursor) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      var parts = List.of(text.split(":", 2));
      if (parts.size() == 2
          && parts.getFirst().matches(WHOLE_NUMBER)
          && Identifiers.isValid(parts.getLast())) {
        return new Position(Long.parseLong(parts.getFirst()), new RunId(parts.getLast()));
      }
    } catch (IllegalArgumentException none) {
      throw invalid("cursor", NO_CURSOR);
    }
    throw invalid("cursor", NO_CURSOR);
  }

  private static final String NO_CURSOR =
      "`cursor` is taken from `next` of the answer before, as it is";

  private static Set<RunState> states(String text) {
    return Arrays.stream(text.split(",", -1)).map(RunQuery::state).collect(Collectors.toSet());
  }

  private static RunState state(String word) {
    return LISTED.stream()
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            invalid(
                "state",
                "`state` is one or more, with commas, of "
                    + LISTED.stream().map(RunState::word).collect(Collectors.joining(", "))));
  }

  private static Optional<Long> time(Map<String, String> given, String name) {
    return Optional.ofNullable(given.remove(name)).map(text -> time(name, text));
  }

  private static long time(String name, String text) {
    if (text.matches(WHOLE_NUMBER)) {
      return Long.parseLong(text);
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException none) {
      throw invalid(
          name,
          "`" + name + "` is a time such as 2027-01-31T08:00:00Z, or milliseconds since 1970");
    }
  }

  private static int checkedLimit(String text) {
    return limit(text)
        .orElseThrow(() -> invalid("limit", "`limit` is a number from 1 to " + MAX_LIMIT));
  }

  /// How many entries of a list a client wants; empty where that is no number from 1 to [#MAX_LIMIT].
  static Optional<Integer> limit(String text) {
    return Optional.of(text)
        .filter(digits -> digits.matches("[0-9]{1,4}"))
        .map(Integer::valueOf)
        .filter(limit -> limit >= 1 && limit <= MAX_LIMIT);
  }

  private static InvalidPlanException invalid(String parameter, String message) {
    return refused(PlanError.Code.INVALID_INPUT, parameter, message);
  }

  private static InvalidPlanException refused(
      PlanError.Code code, String parameter, String message) {
    return new InvalidPlanException(
        new PlanError(code, message, parameter, Optional.empty(), List.of()));
  }
}
