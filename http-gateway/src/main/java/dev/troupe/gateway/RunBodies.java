package dev.troupe.gateway;

import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.RunRequests.NotServedException;
import dev.troupe.plan.InvalidPlanException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// The bodies of requests about runs, read whole. What is wrong with them becomes an answer.
final class RunBodies {

  private static final int MAX_BYTES = 4 << 20;

  private final BodyReader bodies;

  RunBodies(BodyReader bodies) {
    this.bodies = bodies;
  }

  /// @param then may throw, at once or in its stages, what says that the body asks for nothing that could be
  CompletionStage<HttpResponse> read(
      Request request, Function<byte[], CompletionStage<HttpResponse>> then) {
    return bodies
        .read(request.http(), MAX_BYTES)
        .thenCompose(body ->
            switch (body) {
              case Body.Whole(var bytes, var held) -> {
                try {
                  yield then.apply(bytes.toArrayUnsafe());
                } finally {
                  held.release();
                }
              }
              case Body.Refused refused -> request.problem(BodyReader.problem(refused));
            })
        .exceptionallyCompose(failure ->
            switch (causeOf(failure)) {
              case InvalidPlanException invalid -> request.problem(RunFault.of(invalid.error()));
              case NotServedException beyond ->
                  request.problem(RunFault.notServed(String.valueOf(beyond.getMessage())));
              case Throwable unexpected -> CompletableFuture.failedStage(unexpected);
            });
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /// Refuses a request whose body nobody reads.
  CompletionStage<HttpResponse> refuse(Request request, Problem problem) {
    return bodies.refuse(request.http(), Responses.problem(problem, request.trace()));
  }

  CompletionStage<HttpResponse> notAllowed(Request request) {
    return bodies.refuse(request.http(), Routes.notAllowed(request.http(), request.trace()));
  }
}
