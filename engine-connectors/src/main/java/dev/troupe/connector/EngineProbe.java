package dev.troupe.connector;

import dev.troupe.actor.EngineTransport;
import dev.troupe.actor.EngineTransport.Exchange;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.Request;
import dev.troupe.actor.EngineTransport.Response;
import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineStatus;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/// Asks engines what they serve and how busy they are.
final class EngineProbe {

  private static final long MAX_REPORT_BYTES = 4L << 20;

  private final EngineTransport transport;
  private final Duration timeout;
  private final Materializer materializer;

  EngineProbe(EngineTransport transport, Duration timeout, Materializer materializer) {
    this.transport = transport;
    this.timeout = timeout;
    this.materializer = materializer;
  }

  /// Fails when the engine does not tell its models in time.
  CompletionStage<EngineStatus> status(EngineEndpoint engine) {
    var paths = StatusReports.paths(engine.dialect());
    var first = ask(engine, paths.getFirst());
    var others = paths.stream().skip(1).map(path -> optional(engine, path)).toList();
    return CompletableFuture.allOf(others.toArray(CompletableFuture[]::new))
        .thenCombine(first, (_, told) -> status(engine, paths, told, others))
        .exceptionally(failure -> {
          throw new TransportException(ProbeFault.of(failure, timeout), failure);
        });
  }

  private static EngineStatus status(
      EngineEndpoint engine,
      List<String> paths,
      String first,
      List<CompletableFuture<Optional<String>>> others) {
    var texts = new HashMap<String, String>();
    texts.put(paths.getFirst(), first);
    for (int at = 0; at < others.size(); at++) {
      var path = paths.get(at + 1);
      others.get(at).join().ifPresent(text -> texts.put(path, text));
    }
    return new StatusReports(texts).status(engine.dialect());
  }

  private CompletableFuture<Optional<String>> optional(EngineEndpoint engine, String path) {
    return ask(engine, path).handle((text, failure) -> Optional.ofNullable(text));
  }

  /// What an engine answers at a path. Fails when that is not 200, or not there in time.
  CompletableFuture<String> ask(EngineEndpoint engine, String path) {
    var exchange = transport.send(request(engine, path));
    return exchange
        .response()
        .thenCompose(response -> text(engine, path, response))
        .toCompletableFuture()
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((_, failure) -> end(exchange, failure != null));
  }

  private static void end(Exchange exchange, boolean hasFailed) {
    if (hasFailed) {
      exchange.abort();
    }
  }

  private CompletionStage<String> text(EngineEndpoint engine, String path, Response response) {
    return response
        .body()
        .limitWeighted(MAX_REPORT_BYTES, bytes -> (long) bytes.length())
        .runFold(ByteString.emptyByteString(), ByteString::concat, materializer)
        .thenApply(body -> {
          if (response.status() != 200) {
            throw new TransportException(ProbeFault.of(engine, path, response.status()));
          }
          return body.utf8String();
        });
  }

  private static Request request(EngineEndpoint engine, String path) {
    return new Request("GET", uri(engine, path), authorization(engine), List.of());
  }

  static URI uri(EngineEndpoint engine, String path) {
    var base = engine.url().toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  static List<Header> authorization(EngineEndpoint engine) {
    return engine.apiKey().stream()
        .map(key -> new Header("Authorization", "Bearer " + key))
        .toList();
  }
}
