package dev.troupe.actor;

import dev.troupe.actor.LostNodes.NodeLost;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Node;
import dev.troupe.program.Remote;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// One engine: its leases in flight, its window, what its KV cache holds, its health.
///
/// It asks the engine how it is at every probe, and offers the room it finds to the schedulers of the
/// engine's models. What it holds is soft: after a restart, leases come back with their holders'
/// [Progress], and schedulers that it does not know yet answer its offers with [Enlisted].
///
/// What it does with what it hears is [WatchedEngine].
public final class EngineActor {

  public sealed interface Command {}

  /// Grants a lease to a call, if there is room.
  public record Start(
      Call call,
      int level,
      boolean promoted,
      Lease.Why why,
      ActorRef<CallActor.Command> replyTo,
      ActorRef<SchedulerActor.Command> scheduler)
      implements Command, Remote {}

  /// The lease is not wanted.
  public record Declined(Lease.Id lease) implements Command, Remote {}

  /// The first byte of the answer is here. Said by calls of earlier builds, during an upgrade: those of this
  /// one say it with [Progress], and with [Ended] if a whole answer comes first.
  public record Began(Lease.Id lease) implements Command, Remote {}

  /// The call is alive; its lease is renewed. An actor that has been restarted learns from it what
  /// runs.
  ///
  /// @param hasBegun whether the first byte of its answer is here
  public record Progress(
      Lease lease, Call call, boolean hasBegun, ActorRef<CallActor.Command> holder)
      implements Command, Remote {}

  /// The call is over on this engine.
  public record Ended(Lease.Id lease, CallEnd end) implements Command, Remote {}

  /// The engine said that it is too busy (429 or 503); the call queues again.
  public record Overloaded(Lease.Id lease) implements Command, Remote {}

  /// The engine could not be reached, or broke off before its first byte.
  public record Unreachable(Lease.Id lease, String cause) implements Command, Remote {}

  /// A scheduler has heard of the engine and did not know it before: what was offered to that pool
  /// until now is void.
  public record Enlisted(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler)
      implements Command, Remote {}

  /// A node has the engine in its configuration: its actor begins, or goes on.
  public record Keep(EngineDescription description) implements Command, Remote {}

  /// Takes no more calls, and ends with the last of those that it has. For an engine that leaves with
  /// its node.
  ///
  /// @param replyTo answered when the last has ended
  public record Retire(ActorRef<Done> replyTo) implements Command {}

  public record Describe(ActorRef<EngineView> replyTo) implements Command, Remote {}

  /// @param models names it serves, as configured or else as it last said
  /// @param status what it last said of itself; empty while it has not answered
  /// @param window calls it may have in flight
  /// @param whyUnreachable in one line for people; empty while it is reachable, and from nodes of
  ///     earlier builds, which do not say
  public record EngineView(
      EngineEndpoint endpoint,
      boolean isReachable,
      Set<String> models,
      Optional<EngineStatus> status,
      int window,
      int inFlight,
      long kvTokensInFlight,
      Optional<String> whyUnreachable)
      implements Remote {
    public EngineView {
      models = Set.copyOf(models);
    }

    /// The same engine, of which nothing is heard any more.
    EngineView unreachable(String why) {
      return new EngineView(
          endpoint, false, models, status, window, inFlight, kvTokensInFlight, Optional.of(why));
    }
  }

  /// What came before it has been worked off: time to say what room there is.
  record OfferRoom() implements Command {}

  record Probe() implements Command {}

  record Probed(EngineStatus status) implements Command {}

  record ProbeFailed(String cause) implements Command {}

  /// A call has gone without a word.
  record HolderGone(ActorRef<CallActor.Command> holder) implements Command {}

  record HoldersLost(Node node) implements Command {}

  record SchedulerGone(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler)
      implements Command {}

  private EngineActor() {}

  /// Creates the actor of an engine that stays where it is, as long as its node is there.
  ///
  /// @param incarnation makes lease ids of this start differ from those of any other
  public static Behavior<Command> pinned(
      EngineDescription description, EnginePorts ports, Supplier<String> incarnation) {
    return create(description, ports, incarnation, EngineRetention.forEver(description));
  }

  /// Creates the actor of an engine that is in the configuration of some nodes. It begins with the first
  /// [Keep], and ends when none has come for a while.
  ///
  /// @param incarnation makes lease ids of this start differ from those of any other
  /// @param passivate called with the actor's reference when no node has the engine any more
  public static Behavior<Command> kept(
      EnginePorts ports, Supplier<String> incarnation, Consumer<ActorRef<Command>> passivate) {
    return Behaviors.receiveMessage(first ->
        first instanceof Keep(var description)
            ? create(
                description,
                ports,
                incarnation,
                EngineRetention.until(
                    ports.settings().forgetAfter(),
                    description,
                    ports.nanoClock().getAsLong(),
                    passivate))
            : Behaviors.same());
  }

  private static Behavior<Command> create(
      EngineDescription description,
      EnginePorts ports,
      Supplier<String> incarnation,
      EngineRetention retention) {
    return Behaviors.setup(context -> {
      context.setLoggerName(EngineActor.class);
      return Behaviors.withTimers(timers -> {
        ports
            .nodes()
            .tell(context.messageAdapter(NodeLost.class, lost -> new HoldersLost(lost.node())));
        timers.startTimerWithFixedDelay(
            new Probe(), Duration.ZERO, ports.settings().probeInterval());
        return WatchedEngine.create(context, description, ports, incarnation.get(), retention);
      });
    });
  }
}
