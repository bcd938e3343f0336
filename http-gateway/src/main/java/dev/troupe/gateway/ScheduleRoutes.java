package dev.troupe.gateway;

import dev.troupe.actor.Schedules;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.Identifiers;
import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `/v1/schedules`: runs that are begun by the clock.
///
/// ```
/// POST   /v1/schedules         {"id", "schedule", "run"}: 201
/// GET    /v1/schedules         those of the tenant
/// GET    /v1/schedules/{id}
/// DELETE /v1/schedules/{id}    204; runs that it has begun go on
/// ```
final class ScheduleRoutes {

  private final Schedules schedules;
  private final ScheduleJson json;
  private final RunBodies bodies;
  private final LongSupplier wallClock;

  /// @param wallClock in milliseconds
  ScheduleRoutes(
      Schedules schedules, RunRequests requests, BodyReader reader, LongSupplier wallClock) {
    this.schedules = schedules;
    this.json = new ScheduleJson(requests);
    this.bodies = new RunBodies(reader);
    this.wallClock = wallClock;
  }

  /// @param path what follows `/v1/schedules`, in decoded segments
  /// @return empty when there is no such path
  Optional<CompletionStage<HttpResponse>> handle(Request request, List<String> path) {
    var method = request.http().method();
    boolean isGet = method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD);
    var refusal = Parameters.refusal(request.http());
    if (refusal.isPresent()) {
      return Optional.of(bodies.refuse(request, refusal.get()));
    }
    if (path.isEmpty()) {
      return Optional.of(
          isGet
              ? list(request)
              : method.equals(HttpMethods.POST) ? create(request) : bodies.notAllowed(request));
    }
    if (path.size() > 1 || !Identifiers.isValid(path.getFirst())) {
      return Optional.empty();
    }
    return Optional.of(
        isGet
            ? describe(request, path.getFirst())
            : method.equals(HttpMethods.DELETE)
                ? delete(request, path.getFirst())
                : bodies.notAllowed(request));
  }

  private CompletionStage<HttpResponse> create(Request request) {
    return bodies.read(request, body -> create(request, json.read(body, request.tenant(), now())));
  }

  private CompletionStage<HttpResponse> create(Request request, Scheduled scheduled) {
    var id = scheduled.key().id();
    return schedules
        .create(scheduled)
        .thenCompose(creation ->
            switch (creation.created()) {
              case DONE -> request.answer(201, ScheduleJson.json(scheduled, now()));
              case EXISTS ->
                  request.problem(
                      RunFault.of(
                          409, "schedule_exists", "There is a schedule `" + id + "` already."));
              case TOO_LARGE ->
                  request.problem(
                      RunFault.of(413, "too_large", "This schedule is larger than 1 MB."));
              case TOO_MANY ->
                  request.problem(
                      RunFault.of(
                          409,
                          "too_many_schedules",
                          "There are 2000 schedules of this tenant, or 10000 of all: delete one."));
              case NOT_STORED ->
                  request.problem(
                      Problem.of(Fault.STORAGE_SILENT, "Storage does not answer. Try again."));
            });
  }

  private CompletionStage<HttpResponse> list(Request request) {
    return schedules
        .list(request.tenant(), Optional.empty())
        .thenCompose(listing -> {
          var answer = Responses.JSON.createObjectNode().put("object", "list");
          var data = answer.putArray("data");
          listing.schedules().forEach(each -> data.add(ScheduleJson.json(each, now())));
          return request.answer(200, answer);
        });
  }

  private CompletionStage<HttpResponse> describe(Request request, String id) {
    return schedules
        .list(request.tenant(), Optional.of(id))
        .thenCompose(listing ->
            listing.schedules().stream()
                .findFirst()
                .map(found -> request.answer(200, ScheduleJson.json(found, now())))
                .orElseGet(() -> notFound(request, id)));
  }

  private CompletionStage<HttpResponse> delete(Request request, String id) {
    return schedules
        .delete(new Key(request.tenant(), id))
        .thenCompose(deletion -> deletion.wasThere() ? request.answer(204) : notFound(request, id));
  }

  private static CompletionStage<HttpResponse> notFound(Request request, String id) {
    return request.problem(
        RunFault.of(404, "schedule_not_found", "There is no schedule `" + id + "`."));
  }

  private Instant now() {
    return Instant.ofEpochMilli(wallClock.getAsLong());
  }
}
