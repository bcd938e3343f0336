package dev.troupe.gateway;

import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.RunRequests.NotServedException;
import dev.troupe.plan.InvalidPlanException;
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

  CompletionStage<HttpResponse> read(
      Request request, Function<byte[], CompletionStage<HttpResponse>> then) {
    return bodies
        .read(request.http(), MAX_BYTES)
        .thenCompose(body ->
            switch (body) {
              case Body.Whole(var bytes, var held) -> {
                try {
                  yield then.apply(bytes.toArrayUnsafe());
                } catch (InvalidPlanException invalid) {
                  yield request.problem(RunFault.of(invalid.error()));
                } catch (NotServedException beyond) {
                  yield request.problem(RunFault.notServed(String.valueOf(beyond.getMessage())));
                } finally {
                  held.release();
                }
              }
              case Body.Refused refused -> request.problem(BodyReader.problem(refused));
            });
  }

  CompletionStage<HttpResponse> notAllowed(Request request) {
    return bodies.refuse(request.http(), Routes.notAllowed(request.http(), request.trace()));
  }
}
