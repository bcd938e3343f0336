package dev.troupe.gateway;

import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.gateway.BodyScan.Kind;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.plan.RunJson.Form;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds by method and path who answers a request, and who asks.
final class Routes {

  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

  private final Tenants tenants;
  private final BodyReader bodies;
  private final CompletionRoute completions;
  private final ProgramRoutes programs;
  private final RunRoutes runs;
  private final PlanRoutes plans;
  private final FunctionRoutes functions;
  private final ScheduleRoutes schedules;
  private final StatusRoutes status;

  Routes(
      Tenants tenants,
      BodyReader bodies,
      CompletionRoute completions,
      ProgramRoutes programs,
      RunRoutes runs,
      PlanRoutes plans,
      FunctionRoutes functions,
      ScheduleRoutes schedules,
      StatusRoutes status) {
    this.tenants = tenants;
    this.bodies = bodies;
    this.completions = completions;
    this.programs = programs;
    this.runs = runs;
    this.plans = plans;
    this.functions = functions;
    this.schedules = schedules;
    this.status = status;
  }

  /// Never fails.
  CompletionStage<HttpResponse> handle(HttpRequest http, CompletableFuture<Done> clientGone) {
    var headers = headers(http);
    var trace = Trace.of(headers);
    return answer(http, headers, trace, clientGone)
        .exceptionally(failure -> Responses.problem(problem(failure, trace), trace))
        .thenApply(response ->
            isPredecessors(http.getUri().path()) ? PredecessorErrors.of(response) : response)
        .thenApply(response -> logged(http, response, trace));
  }

  private CompletionStage<HttpResponse> answer(
      HttpRequest http, HeaderView headers, Trace trace, CompletableFuture<Done> clientGone) {
    try {
      var path = http.getUri().path();
      if (path.startsWith("/v1/")) {
        var segments = segments(path.substring("/v1/".length()));
        return api(http, headers, trace, clientGone, segments, Form.NATIVE);
      }
      return isPredecessors(path)
          ? api(
              http,
              headers,
              trace,
              clientGone,
              segments(path.substring("/api/v1/".length())),
              Form.PREDECESSOR)
          : open(http, trace, path);
    } catch (RuntimeException bug) {
      return CompletableFuture.failedStage(bug);
    }
  }

  /// Where the predecessor of runs has them.
  private static boolean isPredecessors(String path) {
    return path.equals("/api/v1/runs") || path.startsWith("/api/v1/runs/");
  }

  /// Paths that want no key.
  private CompletionStage<HttpResponse> open(HttpRequest http, Trace trace, String path) {
    if (!List.of("/", "/health", "/ready", "/metrics").contains(path)) {
      return bodies.refuse(http, Responses.problem(unknownPath(path), trace));
    }
    if (!isGet(http)) {
      return bodies.refuse(http, notAllowed(http, trace));
    }
    return switch (path) {
      case "/health" -> status.health(trace);
      case "/ready" -> status.ready(trace);
      case "/metrics" -> CompletableFuture.completedFuture(status.metrics(trace));
      default -> CompletableFuture.completedFuture(status.root(trace));
    };
  }

  private CompletionStage<HttpResponse> api(
      HttpRequest http,
      HeaderView headers,
      Trace trace,
      CompletableFuture<Done> clientGone,
      List<String> path,
      Form form) {
    var tenant = tenants.of(headers);
    if (tenant.isEmpty()) {
      var problem =
          Problem.of(
              Fault.INVALID_API_KEY,
              "No tenant has this API key. Send one as `Authorization: Bearer KEY`.");
      return bodies.refuse(http, Responses.problem(problem, trace));
    }
    var request = new Request(http, headers, trace, tenant.get(), clientGone);
    return switch (path.getFirst()) {
      case "chat" -> completions(request, path, List.of("chat", "completions"), Kind.CHAT);
      case "completions" -> completions(request, path, List.of("completions"), Kind.COMPLETION);
      case "models" -> models(request, path);
      case "engines" -> path.size() > 1 ? notFound(request) : get(request, status::engines);
      case "programs" ->
          programs.handle(request, path.subList(1, path.size())).orElseGet(() -> notFound(request));
      case "runs" ->
          runs.handle(request, path.subList(1, path.size()), form)
              .orElseGet(() -> notFound(request));
      case "plans" -> path.size() > 1 ? notFound(request) : plans.handle(request);
      case "functions" ->
          functions
              .handle(request, path.subList(1, path.size()))
              .orElseGet(() -> notFound(request));
      case "schedules" ->
          schedules
              .handle(request, path.subList(1, path.size()))
              .orElseGet(() -> notFound(request));
      default -> notFound(request);
    };
  }

  private CompletionStage<HttpResponse> completions(
      Request request, List<String> path, List<String> expected, Kind kind) {
    if (!path.equals(expected)) {
      return notFound(request);
    }
    return request.http().method().equals(HttpMethods.POST)
        ? completions.handle(request, kind)
        : bodies.refuse(request.http(), notAllowed(request.http(), request.trace()));
  }

  /// Names of models may have slashes.
  private CompletionStage<HttpResponse> models(Request request, List<String> path) {
    return get(
        request,
        asked ->
            path.size() == 1
                ? status.models(asked)
                : status.model(asked, String.join("/", path.subList(1, path.size()))));
  }

  private CompletionStage<HttpResponse> get(
      Request request, Function<Request, CompletionStage<HttpResponse>> then) {
    return isGet(request.http())
        ? then.apply(request)
        : bodies.refuse(request.http(), notAllowed(request.http(), request.trace()));
  }

  static HttpResponse notAllowed(HttpRequest http, Trace trace) {
    var problem =
        Problem.of(
            Fault.METHOD_NOT_ALLOWED,
            http.method().name() + " is not served at " + http.getUri().path() + ".");
    return Responses.problem(problem, trace);
  }

  private CompletionStage<HttpResponse> notFound(Request request) {
    var problem = unknownPath(request.http().getUri().path());
    return bodies.refuse(request.http(), Responses.problem(problem, request.trace()));
  }

  private static Problem unknownPath(String path) {
    return Problem.of(Fault.UNKNOWN_PATH, "There is nothing at " + path + ".");
  }

  private static Problem problem(Throwable failure, Trace trace) {
    var cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof TimeoutException) {
      return Problem.of(Fault.CONTROL_SILENT, "The node did not answer in time. Try again.");
    }
    try (var _ = trace.inLog()) {
      LOG.error("a request failed unexpectedly", cause);
    }
    return Problem.of(Fault.INTERNAL, "An error inside Troupe; the log has it by the trace id.");
  }

  private static HttpResponse logged(HttpRequest http, HttpResponse response, Trace trace) {
    int code = response.status().intValue();
    // Probes ask again and again whether a node is ready; that it is not is an answer like any
    // other.
    boolean isProbe = http.getUri().path().equals("/ready");
    if (code >= 500 && !isProbe) {
      try (var _ = trace.inLog()) {
        LOG.warn("answered {} to {} {}", code, http.method().name(), http.getUri().path());
      }
    } else if (code >= 400 && LOG.isDebugEnabled()) {
      try (var _ = trace.inLog()) {
        LOG.debug("answered {} to {} {}", code, http.method().name(), http.getUri().path());
      }
    }
    return response;
  }

  private static boolean isGet(HttpRequest http) {
    return http.method().equals(HttpMethods.GET) || http.method().equals(HttpMethods.HEAD);
  }

  private static List<String> segments(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  private static HeaderView headers(HttpRequest http) {
    return new HeaderView(
        StreamSupport.stream(http.getHeaders().spliterator(), false)
            .map(header -> new Header(header.name(), header.value()))
            .toList());
  }
}
