package dev.troupe.actor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Knows the runs whose actors are on this node, and has them leave it in order: they start no more steps,
/// and those that run are waited for.
public final class LocalRunsActor {

  public sealed interface Command {}

  /// The node is leaving. Answered once no run has a step here that would be lost, or after the limit; asked
  /// again, with the first.
  public record Leave(Duration limit, ActorRef<Done> replyTo) implements Command {}

  /// A run has an actor here.
  record Begun(ActorRef<RunActor.Command> run) implements Command {}

  /// Nothing of a run would be lost if it left now.
  record Settled(ActorRef<RunActor.Command> run) implements Command {}

  private record Ended(ActorRef<RunActor.Command> run) implements Command {}

  private record Limit() implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Set<ActorRef<RunActor.Command>> runs = new HashSet<>();
  private final Set<ActorRef<RunActor.Command>> unsettled = new HashSet<>();
  private final List<ActorRef<Done>> waiting = new ArrayList<>();

  private LocalRunsActor(ActorContext<Command> context, TimerScheduler<Command> timers) {
    this.context = context;
    this.timers = timers;
  }

  public static Behavior<Command> create() {
    return Behaviors.setup(context -> {
      context.setLoggerName(LocalRunsActor.class);
      return Behaviors.withTimers(timers -> new LocalRunsActor(context, timers).staying());
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
            runs.remove(run);
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
          runs.remove(run);
          unsettled.remove(run);
        }
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

  private void answer() {
    waiting.forEach(each -> each.tell(Done.getInstance()));
    waiting.clear();
  }
}
