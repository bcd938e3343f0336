package dev.troupe.cluster;

import dev.troupe.program.Remote;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Cluster;

/// Whether the first of the seeds may form a cluster: when more than half of the seeds, itself among them, are in
/// none.
///
/// Pekko's first seed forms one as soon as nobody has answered for some seconds. One that is started again while
/// it is cut off from the others, or while they are slow, has a cluster of its own then beside theirs, with a
/// second actor of each program, for good. Here silence is no answer: it goes on asking, and goes on trying to
/// join. Only the first forms a cluster, so that none can come to be between an answer and what follows from it.
///
/// Each node that joins by seeds has this actor at the same path, and answers.
final class Formation {

  private static final String NAME = "formation";
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  sealed interface Command {}

  /// Asks whether a node is in a cluster; it answers only if it is in none.
  record Ask(ActorRef<Command> replyTo) implements Command, Remote {}

  /// A seed is in no cluster.
  ///
  /// @param seed as `host:port`
  record InNone(String seed) implements Command, Remote {}

  private record Tick() implements Command {}

  /// What it asks of its node.
  ///
  /// @param name of the node, as `host:port`
  /// @param isInNone whether the node is in no cluster
  /// @param form makes the node a cluster of its own, which others join
  record Ports(String name, BooleanSupplier isInNone, Runnable form) {}

  private Formation() {}

  /// Answers on this node.
  ///
  /// @param others the other seeds, where this node is the first of them and is to form the cluster; else
  ///     empty
  static void start(ActorSystem<?> system, List<Address> others) {
    var cluster = Cluster.get(system);
    var ports =
        new Ports(
            Members.nameOf(cluster.selfAddress()),
            () -> !cluster.isTerminated() && !cluster.state().getMembers().iterator().hasNext(),
            () -> cluster.join(cluster.selfAddress()));
    var resolver = ActorRefResolver.get(system);
    List<ActorRef<Command>> seeds =
        others.stream()
            .map(seed -> resolver.<Command>resolveActorRef(seed + "/system/" + NAME))
            .toList();
    system.systemActorOf(create(ports, seeds), NAME, Props.empty());
  }

  /// @param others the actors of the other seeds, to be asked; none where another node forms the cluster
  static Behavior<Command> create(Ports ports, List<ActorRef<Command>> others) {
    return Behaviors.setup(context -> {
      context.setLoggerName(Formation.class);
      return Behaviors.withTimers(timers -> {
        if (others.isEmpty()) {
          return answering(ports);
        }
        timers.startTimerWithFixedDelay(new Tick(), INTERVAL);
        return asking(context, timers, ports, others, new HashSet<>());
      });
    });
  }

  private static Behavior<Command> answering(Ports ports) {
    return Behaviors.receiveMessage(command -> {
      if (command instanceof Ask ask) {
        answer(ports, ask);
      }
      return Behaviors.same();
    });
  }

  /// @param inNone seeds that have said so
  private static Behavior<Command> asking(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Ports ports,
      List<ActorRef<Command>> others,
      Set<String> inNone) {
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Ask ask -> answer(ports, ask);
        case Tick _ -> others.forEach(other -> other.tell(new Ask(context.getSelf())));
        case InNone(var seed) -> inNone.add(seed);
      }
      boolean isEnough = 2 * (1 + inNone.size()) > 1 + others.size();
      boolean isInNone = ports.isInNone().getAsBoolean();
      if (isInNone && !isEnough) {
        return Behaviors.same();
      }
      if (isInNone) {
        context.getLog().info("forms a cluster: {} are in none either", inNone);
        ports.form().run();
      }
      timers.cancelAll();
      return answering(ports);
    });
  }

  private static void answer(Ports ports, Ask ask) {
    if (ports.isInNone().getAsBoolean()) {
      ask.replyTo().tell(new InNone(ports.name()));
    }
  }
}
