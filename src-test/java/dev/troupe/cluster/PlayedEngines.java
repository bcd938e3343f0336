package dev.troupe.cluster;

import dev.troupe.actor.CallRequest;
import dev.troupe.actor.EngineClient;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Usage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.stream.javadsl.Source;

/// Engines that answer at once, and end a call when the test says so.
final class PlayedEngines implements EngineClient {

  private final Map<Lease.Id, Observer> running = new ConcurrentHashMap<>();

  @Override
  public Running run(Lease lease, CallRequest request, Observer observer) {
    running.put(lease.id(), observer);
    return new Running() {
      @Override
      public CompletionStage<EngineAnswer> answer() {
        return CompletableFuture.completedFuture(new EngineAnswer(200, List.of(), Source.empty()));
      }

      @Override
      public void abort() {
        running.remove(lease.id());
      }
    };
  }

  void end(Lease lease) {
    Optional.ofNullable(running.remove(lease.id()))
        .orElseThrow()
        .ended(
            new CallEnd(
                new Usage(100, 0, 1),
                true,
                Optional.of("stop"),
                CallEnd.Answer.NONE,
                Optional.empty()));
  }

  @Override
  public CompletionStage<EngineStatus> probe(EngineEndpoint engine) {
    return CompletableFuture.completedFuture(
        new EngineStatus(
            Set.of(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.of(0),
            OptionalLong.of(1_000_000),
            OptionalDouble.of(0)));
  }
}
