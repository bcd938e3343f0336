package dev.troupe.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/// The other gateways, told by this one's [GatewaysActor]. While there are none, it costs the reading
/// of one reference.
final class ClusterGateways implements OtherGateways {

  private final AtomicReference<@Nullable ActorRef<GatewaysActor.Command>> teller =
      new AtomicReference<>();
  private final Duration longestWait;

  /// @param longestWait after which what is awaited counts as told
  ClusterGateways(Duration longestWait) {
    this.longestWait = longestWait;
  }

  /// There are others now; they are told by that actor, the only one that calls this.
  void exist(ActorRef<GatewaysActor.Command> actor) {
    teller.set(actor);
  }

  /// There are no others any more.
  void vanish() {
    teller.set(null);
  }

  @Override
  public boolean exist() {
    return teller().isPresent();
  }

  @Override
  public void tell(Note note) {
    teller().ifPresent(actor -> actor.tell(new GatewaysActor.Tell(note)));
  }

  @Override
  public CompletionStage<Done> await(BooleanSupplier isTold) {
    var told = new CompletableFuture<Done>();
    teller()
        .ifPresentOrElse(
            actor -> actor.tell(new GatewaysActor.Await(isTold, told)),
            () -> told.complete(Done.getInstance()));
    return told.completeOnTimeout(Done.getInstance(), longestWait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private Optional<ActorRef<GatewaysActor.Command>> teller() {
    return Optional.ofNullable(teller.get());
  }
}
