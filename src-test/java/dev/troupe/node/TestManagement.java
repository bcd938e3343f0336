package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/// The management of a node, as probes and operators see it.
record TestManagement(URI url) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static TestManagement of(InetSocketAddress address) {
    return new TestManagement(
        URI.create("http://" + address.getHostString() + ":" + address.getPort()));
  }

  HttpResponse<String> get(String path) {
    return send("GET", path);
  }

  HttpResponse<String> send(String method, String path) {
    var request =
        HttpRequest.newBuilder(url.resolve(path))
            .method(method, BodyPublishers.noBody())
            .timeout(TestNode.PATIENCE)
            .build();
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(method + " " + url.resolve(path), failed);
    }
  }

  JsonNode json(String path) {
    return TestNode.json(get(path).body());
  }

  boolean isReady() {
    return get("/ready").statusCode() == 200;
  }

  /// Why it is not ready.
  String unready() {
    return json("/ready").path("reason").asText();
  }
}
