package dev.troupe.actor;

import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.program.Remote;
import dev.troupe.run.Forks;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunReport;
import dev.troupe.run.RunState;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// One run: turns messages into decisions of [dev.troupe.run.RunDecisions], has their events
/// kept, and does what they ask for.
///
/// What follows from an event is done once the event is kept (`durability = sync`) or at once
/// (`async`: a crash loses the latest events; `none`: the run is lost with its actor, in an
/// orderly leave too). An actor that begins anew reads the history and goes on; steps that have
/// finished are not done again.
///
/// Each phase is a class: [ReadingRun] has its history read, [LivingRun] goes on. What they
/// share is [RunScope].
public final class RunActor {

  public sealed interface Command {}

  /// Asks the run to do something, or begins it.
  ///
  /// @param isInside whether it begins a run that is a step of another: that is never refused for want of
  ///     room, as it would hold up what was accepted before
  public record Ask(RunCommand command, ActorRef<Reply> replyTo, boolean isInside)
      implements Command, Remote {}

  /// Asks what the run has done and is doing.
  ///
  /// @param from how many of its steps are left out
  /// @param most steps in the answer, at least 1; there are fewer where they are large
  public record Describe(int from, int most, ActorRef<Described> replyTo)
      implements Command, Remote {}

  /// Asks how well the run goes.
  public record Assess(ActorRef<Assessed> replyTo) implements Command, Remote {}

  /// Asks for events from a number on. Answered at once when there are some or the run has ended, else as
  /// soon as something happens, or with none after `patience`. With fewer than `most` where they are large.
  public record Follow(long from, int most, Duration patience, ActorRef<Followed> replyTo)
      implements Command, Remote {}

  /// Asks for a new run that begins with this one's results: see [Forks#prepare].
  public record Prepare(
      RunId id, Optional<StepId> step, Optional<Budget> budget, ActorRef<Forks.Prepared> replyTo)
      implements Command, Remote {}

  /// Nothing but a reason to be: a run that was lost with its node goes on.
  public record Wake() implements Command, Remote {}

  /// The node is leaving: the run starts no more steps here.
  record Leave() implements Command {}

  /// The node's answer to [LocalRunsActor.AskRoom].
  ///
  /// @param refusal none where there is room
  record Roomed(Ask ask, Optional<RunRefusal> refusal) implements Command {}

  /// Steps that may start, of those that the run wants to: [PermitsActor].
  public record Permitted(int steps) implements Command, Remote {}

  /// Others need the memory: the run leaves it, if it is over. One that is in no storage is gone then, earlier
  /// than its retention has it.
  record MakeRoom() implements Command {}

  /// @param refusal why nothing was done
  /// @param state of the run; pending where there is none
  public record Reply(Optional<RunRefusal> refusal, RunState state) implements Remote {}

  /// @param run none where there is no such run
  /// @param isLast whether no steps follow these
  public record Described(Optional<RunView> run, boolean isLast) implements Remote {}

  /// @param report none where there is no such run
  public record Assessed(Optional<RunReport> report) implements Remote {}

  /// @param isKnown whether there is such a run
  /// @param isOver whether nothing follows these events
  public record Followed(List<Recorded> events, boolean isKnown, boolean isOver) implements Remote {
    public Followed {
      events = List.copyOf(events);
    }

    /// The number of the event after these.
    ///
    /// @param from the number that was asked for
    public long next(long from) {
      return events.isEmpty() ? from : events.getLast().sequence() + 1;
    }
  }

  /// What is heard of the run's history while it is read.
  sealed interface OfHistory extends Command {}

  record Page(List<Recorded> events) implements OfHistory {}

  record NotRead(Throwable cause) implements OfHistory {}

  /// Time to try again to read the history.
  record Read() implements OfHistory {}

  /// What comes of what a run does, once its history is read.
  sealed interface OfLife extends Command {}

  /// An attempt of a step has ended.
  record Outside(RunCommand.StepOutcome outcome) implements OfLife {}

  /// A step that nobody had begun was given back.
  record GivenBack(RunCommand.StepReturned step) implements OfLife {}

  /// A step has written more of its output.
  record Written(StepId step, String text) implements OfLife {}

  record Tick() implements OfLife {}

  /// The events that were given to storage are there.
  record Kept() implements OfLife {}

  record NotKept(Throwable cause) implements OfLife {}

  /// Events from before those in memory have been read for a follower.
  record PastRead(Follow follow, List<Recorded> events) implements OfLife {}

  /// A follower's patience is over.
  record Lapsed(Follow follow) implements OfLife {}

  record Idle() implements OfLife {}

  /// Time to say again what the run has of its tenant's permits.
  record Repeat() implements OfLife {}

  /// Nobody is to be told of the run's events any more.
  record Told() implements OfLife {}

  private RunActor() {}

  /// @param passivate told by the actor, with itself, when nothing is to be done any more
  public static Behavior<Command> create(
      RunJournal.Key key, RunPorts ports, Consumer<ActorRef<Command>> passivate) {
    return Behaviors.setup(context -> {
      context.setLoggerName(RunActor.class);
      return Behaviors.withTimers(
          timers -> ReadingRun.create(new RunScope(key, ports, passivate, context, timers)));
    });
  }
}
