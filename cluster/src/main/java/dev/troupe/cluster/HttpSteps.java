package dev.troupe.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.actor.StepRunner.Task;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.Consumption;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.StepError;
import dev.troupe.run.StepError.Code;
import dev.troupe.run.StepInput;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/// Does the steps that ask a web service. The result is the answer's JSON, or its text where it is none.
///
/// Redirections are not followed: the hosts that may be asked are those that the configuration allows.
final class HttpSteps implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration USUAL_LIMIT = Duration.ofMinutes(5);
  private static final int MAX_ANSWER_BYTES = 4 << 20;
  private static final int SHOWN = 200;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_LIMIT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final AllowedHosts allowedHosts;

  HttpSteps(AllowedHosts allowedHosts) {
    this.allowedHosts = allowedHosts;
  }

  Doing start(Task task, StepInput.Http input) {
    HttpRequest request;
    try {
      request = request(task, input);
    } catch (IllegalArgumentException refused) {
      return over(StepError.lasting(Code.ROUTING_FAILED, String.valueOf(refused.getMessage())));
    }
    var answer =
        TimedExchange.send(
            http, request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return answer.handle(
            (response, failure) -> failure == null ? answered(response) : failed(failure));
      }

      @Override
      public void cancel() {
        answer.cancel(true);
      }
    };
  }

  private HttpRequest request(Task task, StepInput.Http input) {
    var refusal = allowedHosts.refusal(input.url());
    if (refusal.isPresent()) {
      throw new IllegalArgumentException(refusal.get());
    }
    var url = URI.create(input.url());
    var limit = task.step().timeoutMillis();
    var request =
        HttpRequest.newBuilder(url)
            .timeout(limit.isPresent() ? Duration.ofMillis(limit.getAsLong()) : USUAL_LIMIT);
    boolean hasBody = !input.body().isNull() && !input.body().isMissingNode();
    if (hasBody) {
      request.header("Content-Type", "application/json");
    }
    input.headers().forEach(request::setHeader);
    return request
        .method(
            input.method(),
            hasBody ? BodyPublishers.ofString(text(input.body())) : BodyPublishers.noBody())
        .build();
  }

  /// A body that is text is sent as it is.
  private static String text(JsonNode body) {
    return body.isTextual() ? body.textValue() : body.toString();
  }

  private static Ended answered(HttpResponse<byte[]> response) {
    var text = new String(response.body(), StandardCharsets.UTF_8);
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return new Finished(parsed(text), Consumption.CALL);
    }
    var message = "the service answered " + status + ": " + shown(text);
    return failed(
        switch (status) {
          case 429 -> passing(Code.RATE_LIMITED, message, response);
          case 408, 500, 502, 503, 504 -> passing(Code.UNAVAILABLE, message, response);
          default -> StepError.lasting(Code.EXECUTION_FAILED, message);
        });
  }

  private static StepError passing(Code code, String message, HttpResponse<byte[]> response) {
    var retryAfter = response.headers().firstValue("Retry-After").orElse("");
    return new StepError(
        code,
        message,
        true,
        // Refused before anything was done, or failed in the middle of it.
        code != Code.RATE_LIMITED,
        retryAfter.matches("\\d{1,6}")
            ? OptionalLong.of(Long.parseLong(retryAfter) * 1_000)
            : OptionalLong.empty());
  }

  private static Ended failed(Throwable failure) {
    var cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ConnectException) {
      return failed(StepError.passing(Code.CONNECTION_LOST, "nobody listens there: " + cause));
    }
    if (String.valueOf(cause.getMessage()).contains("exceeds capacity")) {
      return failed(StepError.lasting(Code.INVALID_RESULT, "the answer is larger than 4 MiB"));
    }
    boolean isLate = cause instanceof HttpTimeoutException || cause instanceof TimeoutException;
    var code = isLate ? Code.TIMEOUT : Code.CONNECTION_LOST;
    return failed(new StepError(code, cause.toString(), true, true, OptionalLong.empty()));
  }

  private static Ended failed(StepError error) {
    return new Failed(error, Consumption.CALL);
  }

  private static Doing over(StepError error) {
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return CompletableFuture.completedStage(new Failed(error, Consumption.NONE));
      }

      @Override
      public void cancel() {}
    };
  }

  private static JsonNode parsed(String text) {
    try {
      var json = JSON.readTree(text);
      return json == null || json.isMissingNode() ? TextNode.valueOf("") : json;
    } catch (JsonProcessingException noJson) {
      return TextNode.valueOf(text);
    }
  }

  private static String shown(String text) {
    var line = text.lines().findFirst().orElse("");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
