package dev.troupe.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/// Questions to nodes and engines over HTTP. One that does not answer in time has no answer.
final class Web implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /// The object at an address.
  ///
  /// @return empty when the answer is not 200, not JSON, or late
  Optional<JsonNode> json(URI address, Duration limit) {
    return answer(address, limit)
        .filter(answer -> answer.statusCode() == 200)
        .flatMap(answer -> parsed(answer.body()));
  }

  /// Whether an address answers 200 in time.
  boolean isOk(URI address, Duration limit) {
    return answer(address, limit).filter(answer -> answer.statusCode() == 200).isPresent();
  }

  /// The status of an address; empty when there is no answer in time.
  Optional<Integer> status(URI address, Duration limit) {
    return answer(address, limit).map(HttpResponse::statusCode);
  }

  static Optional<JsonNode> parsed(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private Optional<HttpResponse<String>> answer(URI address, Duration limit) {
    try {
      return Optional.of(
          client.send(
              HttpRequest.newBuilder(address).timeout(limit).build(), BodyHandlers.ofString()));
    } catch (IOException unreachable) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
