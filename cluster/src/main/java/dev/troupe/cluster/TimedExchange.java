package dev.troupe.cluster;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// An exchange over HTTP that ends within its request's timeout. The client alone keeps to that for the head of
/// an answer only: whoever sends a body slowly enough is waited for without end.
final class TimedExchange {

  private TimedExchange() {}

  /// Fails with [java.util.concurrent.TimeoutException] if the body comes too late. Cancelled, it is broken off.
  static <T> CompletableFuture<HttpResponse<T>> send(
      HttpClient http, HttpRequest request, BodyHandler<T> body) {
    var exchange = http.sendAsync(request, body);
    var limited = exchange.copy();
    request
        .timeout()
        .ifPresent(limit -> limited.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS));
    limited.whenComplete((_, failure) -> {
      if (failure != null) {
        exchange.cancel(true);
      }
    });
    return limited;
  }
}
