package dev.troupe.bench.scale;

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

/// Engines without work, for the cost of everything around it: a call is answered at once, and ends
/// when its caller says so. Each serves one model, named after it.
final class InstantEngines implements EngineClient {

  static final int SLOTS = 64;

  private static final EngineAnswer ANSWER = new EngineAnswer(200, List.of(), Source.empty());
  private static final CallEnd END =
      new CallEnd(
          new Usage(1000, 900, 1),
          true,
          Optional.of("stop"),
          CallEnd.Answer.NONE,
          Optional.empty());

  private final Map<Lease.Id, Observer> running = new ConcurrentHashMap<>();
  private final Set<String> models;

  /// @param models that each engine serves
  InstantEngines(Set<String> models) {
    this.models = models;
  }

  @Override
  public Running run(Lease lease, CallRequest request, Observer observer) {
    running.put(lease.id(), observer);
    return new Running() {
      @Override
      public CompletionStage<EngineAnswer> answer() {
        return CompletableFuture.completedFuture(ANSWER);
      }

      @Override
      public void abort() {
        running.remove(lease.id());
      }
    };
  }

  /// The caller has all of its answer.
  void finish(Lease lease) {
    var observer = running.remove(lease.id());
    if (observer != null) {
      observer.ended(END);
    }
  }

  @Override
  public CompletionStage<EngineStatus> probe(EngineEndpoint engine) {
    return CompletableFuture.completedFuture(
        new EngineStatus(
            models,
            OptionalInt.of(SLOTS),
            OptionalInt.empty(),
            OptionalInt.of(0),
            OptionalLong.of(1_000_000),
            OptionalDouble.of(0.1)));
  }
}
