package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.PlanError;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.program.Identifiers;
import dev.troupe.program.Tenant;
import dev.troupe.run.RunCommand;
import dev.troupe.run.Schedule;
import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Schedules as clients write and see them.
final class ScheduleJson {

  /// The time that follows it in the ids of runs takes the rest.
  private static final int MAX_ID = 200;

  private static final int MIN_MILLIS = 1_000;

  /// The keeper of all schedules counts in milliseconds: what it could not count is refused.
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Instant FIRST = Instant.EPOCH;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  /// What whoever says it of a schedule means.
  private static final String PRIORITY =
      "; how much its runs matter is said of them: {\"run\": {\"program\": {\"priority\": 2}}}";

  private static final List<String> KEYS = List.of("id", "schedule", "run");
  private static final List<String> SCHEDULE_KEYS =
      List.of("at", "every_ms", "delay_ms", "first_at", "cron", "zone");
  private static final List<String> KINDS = List.of("at", "every_ms", "delay_ms", "cron");

  /// What says more of a schedule of that kind; of another it means nothing.
  private static final Map<String, List<String>> KEYS_OF =
      Map.of(
          "at", List.of("at"),
          "every_ms", List.of("every_ms", "first_at"),
          "delay_ms", List.of("delay_ms", "first_at"),
          "cron", List.of("cron", "zone", "first_at"));

  private final RunRequests requests;

  ScheduleJson(RunRequests requests) {
    this.requests = requests;
  }

  /// @throws InvalidPlanException if it is no schedule of a run that could be
  Scheduled read(byte[] body, Tenant tenant, Instant now) {
    var json = object(body);
    checkKeys(json, KEYS, "");
    var id = text(json, "id", "");
    if (!Identifiers.isValid(id) || id.length() > MAX_ID) {
      throw invalid("an id has 1 to " + MAX_ID + " characters, none of control", "/id");
    }
    if (!json.path("run").isObject()) {
      throw invalid("\"run\" is what is sent to /v1/runs", "/run");
    }
    if (json.path("run").has("id")) {
      throw invalid("each run has an id of its own: leave it out", "/run/id");
    }
    var schedule = schedule(json.path("schedule"), now);
    return Scheduled.of(new Key(tenant, id), schedule, submit(json.path("run"), id, tenant), now);
  }

  /// What is wrong with a run lies in what was sent under `run`.
  private RunCommand.Submit submit(JsonNode run, String id, Tenant tenant) {
    try {
      var submit = submit(run, id);
      requests.checkPriority(submit, tenant);
      return submit;
    } catch (InvalidPlanException invalid) {
      var error = invalid.error();
      throw error.place().startsWith("/")
          ? new InvalidPlanException(
              new PlanError(
                  error.code(),
                  error.message(),
                  "/run" + error.place(),
                  error.step(),
                  error.path()))
          : invalid;
    }
  }

  private RunCommand.Submit submit(JsonNode run, String id) {
    var submit =
        requests
            .submission(
                run.toString().getBytes(StandardCharsets.UTF_8),
                false,
                Form.NATIVE,
                Optional.empty())
            .submit();
    var metadata = new HashMap<>(submit.metadata());
    metadata.put("schedule", TextNode.valueOf(id));
    return submit.withMetadata(metadata);
  }

  private static Schedule schedule(JsonNode json, Instant now) {
    if (!json.isObject()) {
      throw invalid(
          "\"schedule\" is an object with one of " + String.join(", ", KINDS), "/schedule");
    }
    checkKeys((ObjectNode) json, SCHEDULE_KEYS, "/schedule");
    var given = KINDS.stream().filter(json::has).toList();
    if (given.size() != 1) {
      throw invalid("a schedule has one of " + String.join(", ", KINDS), "/schedule");
    }
    var kind = given.getFirst();
    checkKeys((ObjectNode) json, KEYS_OF.getOrDefault(kind, SCHEDULE_KEYS), "/schedule");
    var first = json.has("first_at") ? time(json, "first_at") : now;
    try {
      return switch (kind) {
        case "at" -> new Schedule.Once(time(json, "at"));
        case "every_ms" -> new Schedule.FixedRate(first, span(json, kind));
        case "delay_ms" -> new Schedule.FixedDelay(first, span(json, kind));
        default -> new Schedule.ByCron(text(json, "cron", "/schedule"), zone(json), first);
      };
    } catch (DateTimeException | IllegalArgumentException wrong) {
      throw invalid(String.valueOf(wrong.getMessage()), "/schedule/" + kind);
    }
  }

  private static Duration span(JsonNode json, String key) {
    var value = json.path(key);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < MIN_MILLIS
        || value.longValue() > LONGEST.toMillis()) {
      throw invalid(
          key + " is a whole number from " + MIN_MILLIS + " to " + LONGEST.toMillis(),
          "/schedule/" + key);
    }
    return Duration.ofMillis(value.longValue());
  }

  private static Instant time(JsonNode json, String key) {
    try {
      var time = Instant.parse(text(json, key, "/schedule"));
      if (!time.isBefore(FIRST) && !time.isAfter(LAST)) {
        return time;
      }
    } catch (DateTimeException _) {
      // Said below.
    }
    throw invalid(
        key + " is a time from " + FIRST + " to " + LAST + ", such as 2027-01-31T08:00:00Z",
        "/schedule/" + key);
  }

  private static ZoneId zone(JsonNode json) {
    var zone = json.has("zone") ? text(json, "zone", "/schedule") : "UTC";
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException none) {
      throw invalid(
          "zone is the name of a time zone, such as Europe/Oslo, UTC or +02:00", "/schedule/zone");
    }
  }

  private static String text(JsonNode json, String key, String place) {
    if (!json.path(key).isTextual()) {
      throw invalid("\"" + key + "\" is required, and a text", place + "/" + key);
    }
    return json.path(key).textValue();
  }

  private static ObjectNode object(byte[] body) {
    try {
      if (Responses.JSON.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException noJson) {
      throw invalid("the body is no JSON", "");
    }
    throw invalid("the body is no JSON object", "");
  }

  private static void checkKeys(ObjectNode json, List<String> known, String place) {
    json.fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            throw new InvalidPlanException(
                PlanError.of(
                        PlanError.Code.UNKNOWN_KEY,
                        "\""
                            + name
                            + "\" means nothing here; there is "
                            + String.join(", ", known)
                            + (name.equals("priority") ? PRIORITY : ""))
                    .at(place + "/" + name));
          }
        });
  }

  private static InvalidPlanException invalid(String message, String place) {
    return new InvalidPlanException(PlanError.of(PlanError.Code.INVALID_INPUT, message).at(place));
  }

  /// @param now for the next time
  static ObjectNode json(Scheduled scheduled, Instant now) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", scheduled.key().id());
    json.set("schedule", json(scheduled.schedule()));
    json.put("created_at", scheduled.created().toEpochMilli());
    put(json, "next_at", scheduled.next(now).map(Instant::toEpochMilli));
    put(json, "last_at", scheduled.past().fired().map(Instant::toEpochMilli));
    json.put("last_run", scheduled.latest().map(run -> run.value()).orElse(null));
    json.put("refusal", scheduled.refusal().orElse(null));
    return json;
  }

  private static void put(ObjectNode json, String key, Optional<Long> millis) {
    millis.ifPresentOrElse(value -> json.put(key, value), () -> json.putNull(key));
  }

  private static ObjectNode json(Schedule schedule) {
    var json = Responses.JSON.createObjectNode();
    return switch (schedule) {
      case Schedule.Once(var at) -> json.put("at", at.toString());
      case Schedule.FixedRate(var first, var period) ->
          json.put("every_ms", period.toMillis()).put("first_at", first.toString());
      case Schedule.FixedDelay(var first, var delay) ->
          json.put("delay_ms", delay.toMillis()).put("first_at", first.toString());
      case Schedule.ByCron(var expression, var zone, var since) ->
          json.put("cron", expression).put("zone", zone.getId()).put("first_at", since.toString());
    };
  }
}
