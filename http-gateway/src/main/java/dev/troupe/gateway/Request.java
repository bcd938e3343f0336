package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
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

  CompletionStage<HttpResponse> answer(int status, JsonNode json) {
    return CompletableFuture.completedFuture(Responses.json(status, json, trace));
  }

  /// An answer without a body.
  CompletionStage<HttpResponse> answer(int status) {
    return CompletableFuture.completedFuture(
        HttpResponse.create()
            .withStatus(Responses.status(status))
            .addHeader(Responses.header(Trace.HEADER, trace.id())));
  }

  CompletionStage<HttpResponse> problem(Problem problem) {
    return CompletableFuture.completedFuture(Responses.problem(problem, trace));
  }
}
