package dev.troupe.actor;

import dev.troupe.metrics.RunInstruments;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunRoom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Knows the runs whose actors are on this node. Says whether there is room for more of them and their steps,
/// for which it has those leave memory that are over. Has all leave in order with the node: they
/// start no more steps, and those that run are waited for.
public final class LocalRunsActor {

  public sealed interface Command {}

  /// The node is leaving. Answered once no run has a step here that would be lost, or after the limit; asked
  /// again, with the first.
  public record Leave(Duration limit, ActorRef<Done> replyTo) implements Command {}

  /// A run has an actor here.
  record Begun(ActorRef<RunActor.Command> run) implements Command {}

  /// Nothing of a run would be lost if it left now.
  record Settled(ActorRef<RunActor.Command> run) implements Command {}

  /// A run asks for room for what a command adds; answered with [RunActor.Roomed].
  ///
  /// @param planned steps of the run, which stay as long as it goes on
  /// @param more steps it adds
  record AskRoom(ActorRef<RunActor.Command> run, RunActor.Ask ask, int planned, int more)
      implements Command {}

  /// What a run has in memory has changed.
  ///
  /// @param settled steps of those it had asked room for, which it has added now or never will
  /// @param isResting whether it is over, and could leave memory
  record Holds(ActorRef<RunActor.Command> run, int settled, int steps, boolean isResting)
      implements Command {}

  private record Ended(ActorRef<RunActor.Command> run) implements Command {}

  private record Limit() implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Set<ActorRef<RunActor.Command>> runs = new HashSet<>();
  private final Set<ActorRef<RunActor.Command>> unsettled = new HashSet<>();
  private final List<ActorRef<Done>> waiting = new ArrayList<>();
  private final RunRoom.Limits limits;
  private final RunRoom<ActorRef<RunActor.Command>> room;
  private final RunInstruments instruments;

  private LocalRunsActor(
      RunRoom.Limits limits,
      RunInstruments instruments,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.limits = limits;
    this.room = new RunRoom<>(limits);
    this.instruments = instruments;
    this.context = context;
    this.timers = timers;
  }

  /// @param limits of what may be in memory
  public static Behavior<Command> create(RunRoom.Limits limits, RunInstruments instruments) {
    return Behaviors.setup(context -> {
      context.setLoggerName(LocalRunsActor.class);
      return Behaviors.withTimers(
          timers -> new LocalRunsActor(limits, instruments, context, timers).staying());
    });
  }

  private Behavior<Command> staying() {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Begun(var run) -> {
            begun(run);
            yield Behaviors.same();
          }
          case Ended(var run) -> {
            ended(run);
            yield Behaviors.same();
          }
          case AskRoom ask -> {
            answer(ask);
            yield Behaviors.same();
          }
          case Holds holds -> {
            note(holds);
            yield Behaviors.same();
          }
          case Leave(var limit, var replyTo) -> {
            timers.startSingleTimer(new Limit(), limit);
            waiting.add(replyTo);
            unsettled.addAll(runs);
            runs.forEach(run -> run.tell(new RunActor.Leave()));
            yield leaving();
          }
          case Settled _, Limit _ -> Behaviors.same();
        });
  }

  private Behavior<Command> leaving() {
    if (unsettled.isEmpty()) {
      answer();
    }
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Begun(var run) -> {
          begun(run);
          unsettled.add(run);
          run.tell(new RunActor.Leave());
        }
        case Settled(var run) -> unsettled.remove(run);
        case Ended(var run) -> {
          ended(run);
          unsettled.remove(run);
        }
        case AskRoom ask -> answer(ask);
        case Holds holds -> note(holds);
        case Leave(_, var replyTo) -> waiting.add(replyTo);
        case Limit _ -> {
          if (!unsettled.isEmpty()) {
            context
                .getLog()
                .warn("{} runs leave while steps run: these go on elsewhere", unsettled.size());
            unsettled.clear();
          }
        }
      }
      if (unsettled.isEmpty()) {
        answer();
      }
      return Behaviors.same();
    });
  }

  private void begun(ActorRef<RunActor.Command> run) {
    runs.add(run);
    context.watchWith(run, new Ended(run));
  }

  private void ended(ActorRef<RunActor.Command> run) {
    runs.remove(run);
    boolean wasFull = room.isFull();
    room.end(run);
    tellOfRoom(wasFull);
  }

  private void answer(AskRoom ask) {
    boolean wasFull = room.isFull();
    var lack = room.ask(ask.run(), ask.planned(), ask.more());
    lack.ifPresent(each -> instruments.refused(each.name().toLowerCase(Locale.ROOT)));
    ask.run().tell(new RunActor.Roomed(ask.ask(), lack.map(each -> refusal(each, ask))));
    tellOfRoom(wasFull);
  }

  private RunRefusal refusal(RunRoom.Lack lack, AskRoom ask) {
    return switch (lack) {
      case RUNS ->
          new RunRefusal(
              RunRefusal.Code.GRAPH_FULL,
              "the run's node has as many runs in memory as troupe.run.max-resident-runs allows ("
                  + limits.runs()
                  + "): try again when some have ended");
      case STEPS ->
          new RunRefusal(
              RunRefusal.Code.GRAPH_FULL,
              "the run's node has no room for "
                  + ask.more()
                  + " more steps beside those in memory; troupe.run.max-resident-steps allows "
                  + limits.steps()
                  + ": try again when runs have ended");
      case TOO_LARGE ->
          new RunRefusal(
              RunRefusal.Code.TOO_LARGE,
              (ask.planned() == 0
                      ? ask.more() + " steps are"
                      : ask.more()
                          + " steps beside the "
                          + ask.planned()
                          + " of the run's plan are")
                  + " more than troupe.run.max-resident-steps allows a node to have ("
                  + limits.steps()
                  + "): make runs of fewer steps");
    };
  }

  private void note(Holds holds) {
    boolean wasFull = room.isFull();
    room.settle(holds.run(), holds.settled(), holds.steps(), holds.isResting());
    tellOfRoom(wasFull);
  }

  private void tellOfRoom(boolean wasFull) {
    room.surplus().forEach(run -> run.tell(new RunActor.MakeRoom()));
    instruments.resident(room.runs(), room.steps());
    if (room.isFull() && !wasFull) {
      context
          .getLog()
          .warn(
              "graph_full: new runs and steps are refused, {} runs with {} steps are in memory",
              room.runs(),
              room.steps());
    } else if (wasFull && !room.isFull()) {
      context
          .getLog()
          .info(
              "graph_resumed: there is room again, {} runs with {} steps are in memory",
              room.runs(),
              room.steps());
    }
  }

  private void answer() {
    waiting.forEach(each -> each.tell(Done.getInstance()));
    waiting.clear();
  }
}
