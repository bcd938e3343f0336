package dev.troupe.embedded;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// Asks the engine whether it serves: it answers 503 while it loads.
final class HealthCheck implements AutoCloseable {

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpRequest question;

  HealthCheck(URI engine) {
    this.question =
        HttpRequest.newBuilder(engine.resolve("/health")).timeout(Duration.ofSeconds(5)).build();
  }

  /// Whether it serves now. Never fails.
  CompletionStage<Boolean> ask() {
    return client
        .sendAsync(question, BodyHandlers.discarding())
        .handle((answer, failure) -> failure == null && answer.statusCode() == 200);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
