package dev.troupe.actor;

import dev.troupe.actor.RunActor.Ask;
import dev.troupe.actor.RunActor.Assess;
import dev.troupe.actor.RunActor.Assessed;
import dev.troupe.actor.RunActor.Command;
import dev.troupe.actor.RunActor.Describe;
import dev.troupe.actor.RunActor.Described;
import dev.troupe.actor.RunActor.Follow;
import dev.troupe.actor.RunActor.GivenBack;
import dev.troupe.actor.RunActor.Idle;
import dev.troupe.actor.RunActor.Kept;
import dev.troupe.actor.RunActor.Lapsed;
import dev.troupe.actor.RunActor.Leave;
import dev.troupe.actor.RunActor.MakeRoom;
import dev.troupe.actor.RunActor.NotKept;
import dev.troupe.actor.RunActor.OfHistory;
import dev.troupe.actor.RunActor.Outside;
import dev.troupe.actor.RunActor.PastRead;
import dev.troupe.actor.RunActor.Permitted;
import dev.troupe.actor.RunActor.Prepare;
import dev.troupe.actor.RunActor.Repeat;
import dev.troupe.actor.RunActor.Reply;
import dev.troupe.actor.RunActor.Roomed;
import dev.troupe.actor.RunActor.Tick;
import dev.troupe.actor.RunActor.Told;
import dev.troupe.actor.RunActor.Wake;
import dev.troupe.actor.RunActor.Written;
import dev.troupe.run.Forks;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunReport;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A run that goes on, or is over and still in memory: it follows what it is asked, tells what
/// it has done, and leaves memory some time after the last thing that happened, if nothing will
/// by itself.
final class LivingRun {

  private final RunScope scope;
  private final Run run;
  private final RunKeeping keeping;
  private final RunStay stay;
  private final RunResidence residence;
  private final RunPermits permits;
  private final RunCourse course;
  private final RunFollowers followers;

  private LivingRun(RunScope scope, Run run, RunKeeping keeping, RunStay stay) {
    this.scope = scope;
    this.run = run;
    this.keeping = keeping;
    this.stay = stay;
    this.residence = new RunResidence(scope.ports().here(), scope.self());
    this.permits = new RunPermits(scope);
    this.course = new RunCourse(scope, run, keeping, stay, permits);
    this.followers = new RunFollowers(scope, run, keeping);
  }

  /// @param run as its history has it
  static Behavior<Command> create(RunScope scope, Run run, RunKeeping keeping, RunStay stay) {
    var living = new LivingRun(scope, run, keeping, stay);
    living.course.begin();
    living.rest();
    return living.behavior();
  }

  private Behavior<Command> behavior() {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, this::onCommand)
        .onSignal(
            PostStop.class,
            _ -> {
              course.leave();
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Ask ask -> {
        if (!residence.asks(run, ask)) {
          follow(ask, ask.command());
        }
      }
      case Roomed(var ask, var refusal) -> onRoomed(ask, refusal);
      case Permitted(int more) -> {
        permits.receive(more);
        course.take(new RunCommand.Tick());
      }
      case Repeat _ -> permits.repeat();
      case Outside(var outcome) -> course.ended(outcome);
      case GivenBack(var returned) -> course.returned(returned);
      case Written(var step, var text) -> course.written(step, text);
      case Tick _ -> course.take(new RunCommand.Tick());
      case Kept _ -> course.kept();
      case NotKept(var cause) -> {
        scope.context().getLog().warn("a run goes on at another node: {}", cause.toString());
        return Behaviors.stopped();
      }
      case Told _ -> course.told();
      case Describe describe -> describe.replyTo().tell(described(describe));
      case Prepare(var id, var step, var budget, var replyTo) ->
          replyTo.tell(Forks.prepare(run, id, step, budget));
      case Assess(var replyTo) -> replyTo.tell(assessed());
      case Follow follow -> followers.add(follow);
      case PastRead(var follow, var events) -> followers.answer(follow, events);
      case Lapsed(var follow) -> followers.lapse(follow);
      case Idle _ -> scope.leaveMemory();
      case MakeRoom _ -> {
        if (isAtRest() && !residence.isAsking()) {
          scope.leaveMemory();
        }
      }
      case Leave _ -> {
        stay.leave();
        course.giveBack();
      }
      case Wake _, OfHistory _ -> {}
    }
    followers.tell();
    rest();
    return Behaviors.same();
  }

  private void follow(Ask ask, RunCommand command) {
    course.take(command, outcome -> answer(ask, outcome.refusal()));
  }

  private void answer(Ask ask, Optional<RunRefusal> refusal) {
    ask.replyTo().tell(new Reply(refusal, run.state()));
  }

  /// A run that is there tells that it could not grow; one that is not is told of by its answer
  /// alone. Who submits one that another has begun meanwhile is told that there is one.
  private void onRoomed(Ask ask, Optional<RunRefusal> refusal) {
    residence.answered();
    if (refusal.isEmpty()) {
      residence.settled(ask.command());
      follow(ask, ask.command());
    } else if (run.isSubmitted() && ask.command() instanceof RunCommand.Submit) {
      follow(ask, ask.command());
    } else if (run.isSubmitted()) {
      follow(ask, new RunCommand.TurnAway(refusal.get()));
    } else {
      answer(ask, refusal);
    }
  }

  private Described described(Describe describe) {
    if (!run.isSubmitted()) {
      return new Described(Optional.empty(), true);
    }
    var all = RunView.of(run, scope.nowMillis());
    var page = all.page(describe.from(), describe.most());
    boolean isLast = describe.from() + page.steps().size() >= all.steps().size();
    return new Described(Optional.of(page), isLast);
  }

  private Assessed assessed() {
    return new Assessed(
        run.isSubmitted() ? Optional.of(RunReport.of(run, scope.nowMillis())) : Optional.empty());
  }

  private void rest() {
    boolean isAtRest = isAtRest();
    residence.tell(run, isAtRest);
    if (isAtRest) {
      scope.timers().startSingleTimer(Idle.class, new Idle(), patience());
    } else {
      scope.timers().cancel(Idle.class); // it began to wait before the run was submitted
    }
    if (course.isMovable()) {
      stay.settled(scope.self());
    }
  }

  private boolean isAtRest() {
    boolean isOver = !run.isSubmitted() || run.state().isTerminal();
    return isOver && course.isDone();
  }

  private Duration patience() {
    var settings = scope.ports().settings();
    return run.isSubmitted() && !keeping.isKept()
        ? settings.retention()
        : settings.passivateAfter();
  }
}
