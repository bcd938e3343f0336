package dev.troupe.node;

import static dev.troupe.node.TestNode.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// An engine whose answers a test writes, over HTTP: at once, or a piece at a time.
final class ScriptedEngine implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String model;
  private final HttpServer server;
  private final Function<String, Optional<String>> script;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Open> open = new LinkedBlockingQueue<>();

  private ScriptedEngine(
      String model, HttpServer server, Function<String, Optional<String>> script) {
    this.model = model;
    this.server = server;
    this.script = script;
  }

  /// @param script the answer to messages, whose texts are joined; what it leaves empty is for
  ///     [#next()]
  static ScriptedEngine start(String model, Function<String, Optional<String>> script) {
    try {
      var server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
      var engine = new ScriptedEngine(model, server, script);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/v1/models", engine::models);
      server.createContext("/v1/chat/completions", engine::answer);
      server.start();
      return engine;
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /// Its entry in a node's configuration.
  String entry() {
    return "{ name = %s, dialect = openai, url = \"http://127.0.0.1:%d\", slots = 32 }"
        .formatted(model, server.getAddress().getPort());
  }

  /// The texts of all requests so far.
  List<String> asked() {
    return List.copyOf(asked);
  }

  /// A streamed request that the script left to the test.
  Open next() {
    try {
      var next = open.poll(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nobody asked " + model);
      }
      return next;
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private void models(HttpExchange exchange) throws IOException {
    var list = JSON.createObjectNode().put("object", "list");
    list.putArray("data").addObject().put("id", model).put("object", "model");
    send(exchange, 200, list.toString());
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request =
        json(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var text = new StringBuilder();
    request
        .path("messages")
        .forEach(message -> text.append(message.path("content").asText()).append('\n'));
    asked.add(text.toString());
    var answer = script.apply(text.toString());
    boolean isStreamed = request.path("stream").asBoolean();
    if (answer.isEmpty() && isStreamed) {
      var stream = Open.begin(exchange, text.toString());
      open.add(stream);
      stream.await();
    } else if (answer.isEmpty()) {
      send(exchange, 500, "{\"error\": {\"message\": \"no script for this\"}}");
    } else if (isStreamed) {
      var stream = Open.begin(exchange, text.toString());
      stream.write(answer.get());
      stream.end();
    } else {
      send(exchange, 200, whole(answer.get()).toString());
    }
  }

  private static JsonNode whole(String text) {
    var answer = JSON.createObjectNode().put("object", "chat.completion");
    var choice = answer.putArray("choices").addObject().put("index", 0);
    choice.put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", text);
    answer.putObject("usage").put("prompt_tokens", 10).put("completion_tokens", 5);
    return answer;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /// A streamed answer that a test writes.
  record Open(String asked, HttpExchange exchange, CountDownLatch over) {

    private static Open begin(HttpExchange exchange, String asked) throws IOException {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      return new Open(asked, exchange, new CountDownLatch(1));
    }

    /// Some more of the answer, as one token.
    void write(String text) {
      var chunk = JSON.createObjectNode().put("object", "chat.completion.chunk");
      var choice = chunk.putArray("choices").addObject().put("index", 0);
      choice.putObject("delta").put("content", text);
      event(chunk.toString());
    }

    void end() {
      var last = JSON.createObjectNode().put("object", "chat.completion.chunk");
      last.putArray("choices")
          .addObject()
          .put("index", 0)
          .put("finish_reason", "stop")
          .putObject("delta");
      last.putObject("usage").put("prompt_tokens", 10).put("completion_tokens", 5);
      event(last.toString());
      event("[DONE]");
      exchange.close();
      over.countDown();
    }

    private void event(String data) {
      try {
        exchange
            .getResponseBody()
            .write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      } catch (IOException gone) {
        throw new IllegalStateException("the caller has left", gone);
      }
    }

    private void await() {
      try {
        over.await(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
