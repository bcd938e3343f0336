package dev.troupe.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A web service that steps of runs ask, and that counts how often each was made. Steps whose path ends in
/// `/held` get no answer until they are let go.
final class CountingService implements AutoCloseable {

  private final HttpServer server;
  private final CountDownLatch free = new CountDownLatch(1);
  private final Map<String, Integer> made = new ConcurrentHashMap<>();

  private CountingService(HttpServer server) {
    this.server = server;
  }

  static CountingService start() {
    try {
      var server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
      var service = new CountingService(server);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", service::serve);
      server.start();
      return service;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    made.merge(path, 1, Integer::sum);
    if (path.endsWith("/held")) {
      try {
        free.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
    var answer = "\"done\"".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  /// How often each path was asked for.
  Map<String, Integer> made() {
    return Map.copyOf(made);
  }

  void letGo() {
    free.countDown();
  }

  /// A run whose steps ask for `/run/s1`, `/run/s2` and so on, each after the one before.
  ///
  /// @param held the step that gets no answer until it is let go; 0 for none
  String chain(String run, String method, int steps, int held) {
    var tasks =
        IntStream.rangeClosed(1, steps)
            .mapToObj(step ->
                "{\"id\": \"s%d\", \"kind\": \"http\", \"method\": \"%s\", \"url\": \"%s\", \"deps\": [%s]}"
                    .formatted(
                        step,
                        method,
                        "http://127.0.0.1:" + server.getAddress().getPort() + path(run, step, held),
                        step == 1 ? "" : "\"s" + (step - 1) + "\""))
            .collect(Collectors.joining(", "));
    return "{\"id\": \"%s\", \"tasks\": [%s]}".formatted(run, tasks);
  }

  static String path(String run, int step, int held) {
    return "/" + run + "/s" + step + (step == held ? "/held" : "");
  }

  @Override
  public void close() {
    free.countDown();
    server.stop(0);
  }
}
