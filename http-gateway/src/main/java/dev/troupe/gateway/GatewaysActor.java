package dev.troupe.gateway;

import dev.troupe.metrics.Instruments;
import dev.troupe.program.Remote;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/// Tells the other gateways of the cluster what this one remembers, and lets it remember what they
/// tell.
///
/// Finds them by the receptionist. The first thing goes at once; what comes within the linger after it
/// goes in one message, and so on. Each is confirmed; see [Outbox]. What this gateway was told it does not tell on. Nothing
/// is told again when it is lost: then a program may be taken for a newcomer once.
final class GatewaysActor {

  static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "gateway-memory");

  sealed interface Command {}

  /// Something that this gateway has remembered.
  record Tell(Note note) implements Command {}

  /// Asks to complete a future once a condition is met, which is looked at whenever another gateway
  /// has told something. The future may have been completed by others meanwhile.
  record Await(BooleanSupplier isTold, CompletableFuture<Done> told) implements Command {}

  /// What another gateway remembers.
  record Told(Notes notes, long number, ActorRef<Command> from) implements Command, Remote {}

  /// Another gateway has remembered the message of that number.
  record Heard(long number, ActorRef<Command> by) implements Command, Remote {}

  /// A gateway that has just come asks to be told what was before.
  record Recall(ActorRef<Command> from) implements Command, Remote {}

  /// Another gateway has been asked for what was before, and remembers nothing.
  record NothingBefore(ActorRef<Command> by) implements Command, Remote {}

  private record GatewaysListed(Set<ActorRef<Command>> gateways) implements Command {}

  private record GatewayGone(ActorRef<Command> gateway) implements Command {}

  private record PastRecalled(List<Note> past, ActorRef<Command> newcomer) implements Command {}

  /// All that came at once has been gathered.
  private record Gathered() implements Command {}

  private record Lingered() implements Command {}

  /// What the actor is made of.
  ///
  /// @param others told whether there are any
  /// @param memory takes in what others tell
  /// @param recall all that is remembered
  /// @param clock monotonic, in nanoseconds
  record Parts(
      SharingSettings settings,
      ClusterGateways others,
      Consumer<Notes> memory,
      Supplier<List<Note>> recall,
      Instruments instruments,
      LongSupplier clock) {}

  static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(context -> {
      context.setLoggerName(GatewaysActor.class);
      return Behaviors.withTimers(timers -> {
        // After a failure nobody is known until the receptionist says so again.
        parts.others().vanish();
        var self = context.getSelf();
        var listings =
            context.messageAdapter(
                Receptionist.Listing.class,
                listing -> new GatewaysListed(Set.copyOf(listing.getAllServiceInstances(KEY))));
        var receptionist = context.getSystem().receptionist();
        receptionist.tell(Receptionist.register(KEY, self));
        receptionist.tell(Receptionist.subscribe(KEY, listings));
        return new GatewaysActor(context, timers, parts).telling();
      });
    });
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Parts parts;
  private final Map<ActorRef<Command>, Outbox> outboxes = new HashMap<>();
  private final Set<ActorRef<Command>> asked = new HashSet<>();
  private final Set<ActorRef<Command>> ignorant = new HashSet<>();
  private final List<Await> waiting = new ArrayList<>();

  private GatewaysActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
    this.context = context;
    this.timers = timers;
    this.parts = parts;
  }

  private Behavior<Command> telling() {
    return Behaviors.receiveMessage(this::onCommand);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Tell(var note) -> add(note);
      case Gathered _ -> outboxes.forEach(this::send);
      case Lingered _ -> {
        if (!outboxes.values().stream().allMatch(Outbox::isEmpty)) {
          linger();
          outboxes.forEach(this::send);
        }
      }
      case Heard(long number, var by) -> {
        var outbox = outboxes.get(by);
        if (outbox != null) {
          outbox.heard(number);
          if (outbox.isFull()) {
            send(by, outbox);
          }
        }
      }
      case Told(var notes, long number, var from) -> {
        know(from);
        parts.memory().accept(notes);
        from.tell(new Heard(number, context.getSelf()));
        answerWaiting();
      }
      case Recall(var from) -> {
        know(from);
        // To go through a whole memory takes a while.
        context.pipeToSelf(
            CompletableFuture.supplyAsync(parts.recall(), context.getExecutionContext()),
            (past, failure) -> new PastRecalled(failure == null ? past : List.of(), from));
      }
      case PastRecalled(var past, var newcomer) -> recall(past, newcomer);
      case NothingBefore(var by) -> {
        ignorant.add(by);
        askForThePast();
      }
      case Await await -> {
        waiting.add(await);
        answerWaiting();
      }
      case GatewaysListed(var gateways) -> {
        gateways.forEach(this::know);
        askForThePast();
      }
      case GatewayGone(var gateway) -> {
        forget(gateway);
        askForThePast();
      }
    }
    return Behaviors.same();
  }

  private void add(Note note) {
    int dropped = outboxes.values().stream().mapToInt(outbox -> outbox.add(note)).sum();
    if (dropped > 0) {
      parts.instruments().untold(dropped);
    }
    tellSoon();
  }

  private void tellSoon() {
    if (!timers.isTimerActive(Lingered.class)) {
      linger();
      // Behind what is in the mailbox by now: of one request there is more than one thing to tell.
      context.getSelf().tell(new Gathered());
    }
  }

  private void linger() {
    timers.startSingleTimer(Lingered.class, new Lingered(), parts.settings().linger());
  }

  /// Asks one gateway after the other, until one remembers something. Those that have come at the same
  /// time as this one do not.
  private void askForThePast() {
    if (ignorant.containsAll(asked)) {
      outboxes.keySet().stream()
          .filter(asked::add)
          .findFirst()
          .ifPresent(other -> other.tell(new Recall(context.getSelf())));
    }
  }

  private void recall(List<Note> past, ActorRef<Command> newcomer) {
    if (past.isEmpty()) {
      newcomer.tell(new NothingBefore(context.getSelf()));
    } else if (outboxes.containsKey(newcomer)) {
      outboxes.get(newcomer).recall(past);
      tellSoon();
    }
  }

  private void send(ActorRef<Command> gateway, Outbox outbox) {
    outbox
        .next(parts.clock().getAsLong())
        .ifPresent(
            batch -> gateway.tell(new Told(batch.notes(), batch.number(), context.getSelf())));
  }

  private void answerWaiting() {
    waiting.removeIf(await -> {
      if (!await.told().isDone() && await.isTold().getAsBoolean()) {
        await.told().complete(Done.getInstance());
      }
      return await.told().isDone();
    });
  }

  private void know(ActorRef<Command> gateway) {
    if (!gateway.equals(context.getSelf()) && !outboxes.containsKey(gateway)) {
      outboxes.put(gateway, new Outbox(parts.settings().maxUntold()));
      // The receptionist may list it later than it lists us.
      context.watchWith(gateway, new GatewayGone(gateway));
      parts.others().exist(context.getSelf());
      context.getLog().info("another gateway in the cluster, {} in all", outboxes.size() + 1);
    }
  }

  private void forget(ActorRef<Command> gateway) {
    outboxes.remove(gateway);
    asked.remove(gateway);
    ignorant.remove(gateway);
    if (outboxes.isEmpty()) {
      parts.others().vanish();
    }
    context.getLog().info("a gateway has left the cluster, {} remain", outboxes.size() + 1);
  }
}
