package dev.troupe.gateway;

import dev.troupe.program.Tenant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// A request whose sender is known.
///
/// @param clientGone completed when the client's connection has ended; never completed otherwise
record Request(
    HttpRequest http,
    HeaderView headers,
    Trace trace,
    Tenant tenant,
    CompletableFuture<Done> clientGone) {

  CompletionStage<HttpResponse> problem(Problem problem) {
    return CompletableFuture.completedFuture(Responses.problem(problem, trace));
  }
}
