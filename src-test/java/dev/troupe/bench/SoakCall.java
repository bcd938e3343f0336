package dev.troupe.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One call of a soak: what is asked, and what its client does.
///
/// @param program none for a client that does not say what its calls belong to
/// @param text the end of the prompt
/// @param number 0 to 1, chosen at random: how long it takes, when its client leaves
record SoakCall(Kind kind, Optional<String> program, String text, double number) {

  /// The model that has room, and the one whose calls wait.
  static final String WIDE = "wide";

  static final String NARROW = "narrow";

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SYSTEM = "You are a careful agent on a long task. ".repeat(50);

  enum Kind {
    STREAMED(40),
    WHOLE(25),
    /// Most of these wait for their turn.
    QUEUED(10),
    /// The client goes while its call waits or has just begun.
    LEFT_WAITING(8),
    /// The client goes after some of the answer.
    LEFT_STREAM(7),
    UNKNOWN_MODEL(5),
    MALFORMED(5);

    /// Of 100 calls.
    private final int share;

    Kind(int share) {
      this.share = share;
    }

    /// @param number 0 to 1, chosen at random
    static Kind at(double number) {
      double left = number * 100;
      for (var kind : values()) {
        left -= kind.share;
        if (left < 0) {
          return kind;
        }
      }
      return MALFORMED;
    }

    boolean leaves() {
      return this == LEFT_WAITING || this == LEFT_STREAM;
    }

    private boolean streams() {
      return this == STREAMED || this == LEFT_STREAM;
    }

    private int status() {
      return switch (this) {
        case STREAMED, WHOLE, QUEUED, LEFT_WAITING, LEFT_STREAM -> 200;
        case UNKNOWN_MODEL -> 404;
        case MALFORMED -> 400;
      };
    }
  }

  /// Makes the call.
  ///
  /// @return what went otherwise than it should
  Optional<String> make(HttpClient client, URI target) throws InterruptedException {
    try {
      return switch (kind) {
        case LEFT_WAITING -> leaveWaiting(client, request(target));
        case LEFT_STREAM -> leaveStream(client, request(target));
        case STREAMED, WHOLE, QUEUED, UNKNOWN_MODEL, MALFORMED ->
            checked(client.send(request(target), BodyHandlers.ofString()));
      };
    } catch (IOException | RuntimeException e) {
      return Optional.of(e.toString());
    }
  }

  private Optional<String> leaveWaiting(HttpClient client, HttpRequest request)
      throws InterruptedException {
    var answer = client.sendAsync(request, BodyHandlers.ofString());
    try {
      return checked(answer.get(Math.round(number * 400), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(e.toString());
    }
  }

  private Optional<String> leaveStream(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    var answer = client.send(request, BodyHandlers.ofInputStream());
    try (var stream = answer.body()) {
      stream.readNBytes((int) (number * 10_000));
    }
    return answer.statusCode() == 200
        ? Optional.empty()
        : Optional.of("status " + answer.statusCode());
  }

  private Optional<String> checked(HttpResponse<String> answer) {
    if (answer.statusCode() != kind.status()) {
      return Optional.of("status " + answer.statusCode() + ": " + answer.body());
    }
    return kind == Kind.STREAMED && !answer.body().endsWith("data: [DONE]\n\n")
        ? Optional.of("a stream without its end")
        : Optional.empty();
  }

  private HttpRequest request(URI target) {
    var request =
        HttpRequest.newBuilder(target.resolve("/v1/chat/completions"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body()));
    program.ifPresent(name -> request.header("X-Program-Id", name));
    return request.build();
  }

  private String body() {
    if (kind == Kind.MALFORMED) {
      return "{\"model\":\"" + WIDE + "\",\"messages\":[{";
    }
    return "{\"model\":\"%s\",\"stream\":%b,\"max_tokens\":%d,\"messages\":[%s,%s]}"
        .formatted(
            model(),
            kind.streams(),
            outputTokens(),
            message("system", SYSTEM),
            message("user", text));
  }

  private String model() {
    return switch (kind) {
      case STREAMED, WHOLE, LEFT_STREAM, MALFORMED -> WIDE;
      case QUEUED, LEFT_WAITING -> NARROW;
      case UNKNOWN_MODEL -> "no-such-model";
    };
  }

  private int outputTokens() {
    return switch (kind) {
      case STREAMED, WHOLE, UNKNOWN_MODEL, MALFORMED -> 5 + (int) (number * 40);
      case QUEUED, LEFT_WAITING -> 15;
      case LEFT_STREAM -> 200;
    };
  }

  private static String message(String role, String content) {
    return "{\"role\":\"%s\",\"content\":\"%s\"}".formatted(role, content);
  }
}
