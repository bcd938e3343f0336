package dev.troupe.actor;

import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.program.Remote;
import dev.troupe.run.Forks;
import dev.troupe.run.Outcome;
import dev.troupe.run.Pages;
import dev.troupe.run.PlanWriter;
import dev.troupe.run.Recorded;
import dev.troupe.run.Run;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunMeasure;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunReport;
import dev.troupe.run.RunState;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// One run: turns messages into decisions of [dev.troupe.run.RunDecisions], has their events kept, and
/// does what they ask for.
///
/// What follows from an event is done once the event is kept (`durability = sync`) or at once (`async`: a
/// crash loses the latest events; `none`: the run is lost with its actor, in an orderly leave too). An actor that begins anew reads the
/// history and goes on; steps that have finished are not done again.
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

  private record Repeat() implements Command {}

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

  private record Outside(RunCommand.StepOutcome outcome) implements Command {}

  private record GivenBack(RunCommand.StepReturned step) implements Command {}

  private record Written(StepId step, String text) implements Command {}

  private record Tick() implements Command {}

  private record Kept() implements Command {}

  private record NotKept(Throwable cause) implements Command {}

  private record Page(List<Recorded> events) implements Command {}

  private record NotRead(Throwable cause) implements Command {}

  private record Read() implements Command {}

  private record PastRead(Follow follow, List<Recorded> events) implements Command {}

  private record Lapsed(Follow follow) implements Command {}

  private record Idle() implements Command {}

  /// Nobody is to be told of the run's events any more.
  private record Told() implements Command {}

  private static final int STASHED = 10_000;
  private static final int PAGE = 1_000;
  private static final Duration READ_PAUSE = Duration.ofSeconds(1);

  /// How often whoever gives permits is told again what the run has: a fifth of what a new one learns in.
  private static final Duration REPEAT_INTERVAL = Duration.ofSeconds(1);

  private final RunJournal.Key key;
  private final RunPorts ports;
  private final Consumer<ActorRef<Command>> passivate;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final StashBuffer<Command> stash;
  private final Run run = new Run();
  private final RunKeeping keeping;
  private final RunWork work;
  private final RunWriting writing;
  private final RunTelling telling;
  private final RunStay stay;
  private final RunResidence residence;
  private final RunPermits permits;
  private final RandomGenerator random;

  private RunActor(
      RunJournal.Key key,
      RunPorts ports,
      Consumer<ActorRef<Command>> passivate,
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StashBuffer<Command> stash) {
    this.key = key;
    this.ports = ports;
    this.passivate = passivate;
    this.context = context;
    this.timers = timers;
    this.stash = stash;
    this.random = ports.random().get();
    this.writing =
        new RunWriting(planning ->
            PlanWriter.of(
                planning, ports.settings().analysisTimeout(), ports.analyses().of(key.tenant())));
    this.keeping = new RunKeeping(key, ports, run);
    this.stay = new RunStay(ports.here(), ports.decisions());
    var self = context.getSelf();
    this.residence = new RunResidence(ports.here(), self);
    this.permits = new RunPermits(key, ports.permits(), self);
    this.telling = new RunTelling(key, ports, new Told());
    this.work =
        new RunWork(
            key,
            ports.runner(),
            outcome -> self.tell(new Outside(outcome)),
            returned -> self.tell(new GivenBack(returned)));
  }

  /// @param passivate told by the actor, with itself, when nothing is to be done any more
  public static Behavior<Command> create(
      RunJournal.Key key, RunPorts ports, Consumer<ActorRef<Command>> passivate) {
    return Behaviors.setup(context -> {
      context.setLoggerName(RunActor.class);
      return Behaviors.withTimers(timers ->
          Behaviors.withStash(
              STASHED,
              stash -> new RunActor(key, ports, passivate, context, timers, stash).reading()));
    });
  }

  /// The history is read before anything else.
  private Behavior<Command> reading() {
    stay.begin(context.getSelf());
    read();
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Page(var events) when events.isEmpty() -> begin();
          case Page(var events) -> {
            events.forEach(run::apply);
            keeping.read(events);
            read();
            yield Behaviors.same();
          }
          case NotRead(var cause) -> {
            context.getLog().warn("the history of a run cannot be read: {}", cause.toString());
            timers.startSingleTimer(new Read(), READ_PAUSE);
            yield Behaviors.same();
          }
          case Read _ -> {
            read();
            yield Behaviors.same();
          }
          // Nothing has been started here.
          case Leave _ -> {
            stay.leave();
            stay.settled(context.getSelf());
            yield Behaviors.same();
          }
          case Ask _, Describe _, Prepare _, Assess _, Follow _, Wake _ -> {
            stash.stash(command);
            yield Behaviors.same();
          }
          case Outside _,
              GivenBack _,
              Written _,
              Tick _,
              Kept _,
              NotKept _,
              PastRead _,
              Lapsed _,
              Idle _,
              Permitted _,
              Repeat _,
              Roomed _,
              MakeRoom _,
              Told _ ->
              Behaviors.same();
        });
  }

  private void read() {
    context.pipeToSelf(
        ports.journal().read(key, run.sequence() + 1, PAGE),
        (events, failure) -> failure == null ? new Page(events) : new NotRead(failure));
  }

  private Behavior<Command> begin() {
    telling.begin(run, keeping.isKept(), run.sequence(), context);
    if (run.isSubmitted() && !run.state().isTerminal()) {
      decide(new RunCommand.Recover(Set.of()), _ -> {});
    }
    rest();
    return stash.unstashAll(living());
  }

  private Behavior<Command> living() {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, this::onCommand)
        .onSignal(
            PostStop.class,
            _ -> {
              work.leave();
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Ask ask -> {
        if (!residence.asks(run, ask)) {
          answer(ask, ask.command());
        }
      }
      case Permitted(int more) -> {
        permits.receive(more);
        decide(new RunCommand.Tick(), _ -> {});
      }
      case Repeat _ -> permits.repeat();
      case Roomed(var ask, var refusal) -> onRoomed(ask, refusal);
      case Outside(var outcome) -> {
        work.ended(outcome);
        decide(outcome, _ -> {});
      }
      case GivenBack(var returned) -> {
        work.returned(returned);
        decide(returned, _ -> {});
      }
      case Written(var step, var text) -> {
        writing.feed(run, step, text).forEach(next -> take(next, this::giveUpIfRefused));
        writeOn();
      }
      case Tick _ -> decide(new RunCommand.Tick(), _ -> {});
      case Kept _ -> onKept();
      case NotKept(var cause) -> {
        context.getLog().warn("a run goes on at another node: {}", cause.toString());
        return Behaviors.stopped();
      }
      case Describe describe -> describe(describe);
      case Prepare(var id, var step, var budget, var replyTo) ->
          replyTo.tell(Forks.prepare(run, id, step, budget));
      case Assess(var replyTo) -> replyTo.tell(new Assessed(report()));
      case Follow follow -> follow(follow);
      case PastRead(var follow, var events) -> keeping.answer(follow, events);
      case Lapsed(var follow) -> keeping.lapse(follow);
      case Told _ -> told();
      case Idle _ -> passivate.accept(context.getSelf());
      case MakeRoom _ -> {
        if (isAtRest() && !residence.isAsking()) {
          passivate.accept(context.getSelf());
        }
      }
      case Leave _ -> {
        stay.leave();
        work.giveBack();
      }
      case Wake _, Page _, NotRead _, Read _ -> {}
    }
    rest();
    return Behaviors.same();
  }

  private void answer(Ask ask, RunCommand command) {
    decide(command, outcome -> ask.replyTo().tell(new Reply(outcome.refusal(), run.state())));
  }

  /// A run that is there tells that it could not grow; one that is not is told of by its answer alone. Who
  /// submits one that another has begun meanwhile is told that there is one.
  private void onRoomed(Ask ask, Optional<RunRefusal> refusal) {
    residence.answered();
    if (refusal.isEmpty()) {
      residence.settled(ask.command());
      answer(ask, ask.command());
    } else if (run.isSubmitted() && ask.command() instanceof RunCommand.Submit) {
      answer(ask, ask.command());
    } else if (run.isSubmitted()) {
      answer(ask, new RunCommand.TurnAway(refusal.get()));
    } else {
      ask.replyTo().tell(new Reply(refusal, run.state()));
    }
  }

  private void decide(RunCommand command, Consumer<Outcome> answer) {
    take(command, answer);
    writeOn();
  }

  /// The plan goes on with what has happened.
  private void writeOn() {
    for (var next = writing.next(run); !next.isEmpty(); next = writing.next(run)) {
      next.forEach(command -> take(command, this::giveUpIfRefused));
    }
  }

  /// What writes a run's plan has nothing else to do than what was refused, but for a run that ends.
  private void giveUpIfRefused(Outcome outcome) {
    outcome
        .refusal()
        .filter(_ -> !run.state().isTerminal())
        .filter(refusal -> refusal.code() != RunRefusal.Code.RUN_STOPPING)
        .ifPresent(refusal ->
            take(new RunCommand.Abort("its plan cannot go on: " + refusal.message()), _ -> {}));
  }

  private void take(RunCommand command, Consumer<Outcome> answer) {
    long now = ports.clock().getAsLong();
    var outcome = permits.within(stay.decisions()).decide(run, command, now, random);
    permits.decided(run, stay.decisions(), outcome, now);
    RunMeasure.of(run, outcome.events()).forEach(ports.instruments()::record);
    var effect =
        new RunKeeping.Effect(run.sequence(), outcome.actions(), () -> answer.accept(outcome));
    var due = keeping.take(outcome.events(), effect);
    telling.begin(run, keeping.isKept(), 0, context);
    due.ifPresent(this::perform);
    keep();
    keeping.tellFollowers();
  }

  private void perform(RunKeeping.Effect effect) {
    for (var action : effect.actions()) {
      switch (action) {
        case RunAction.StartStep start -> work.start(start, run, reader(start));
        case RunAction.CancelStep cancel -> work.cancel(cancel);
        case RunAction.WakeAt(long atMillis) ->
            timers.startSingleTimer(
                Tick.class,
                new Tick(),
                Duration.ofMillis(Math.max(0, atMillis - ports.clock().getAsLong())));
        case RunAction.Conclude(var state, _) -> {
          timers.cancel(Tick.class);
          context.getLog().info("run {} has {}", key.run(), state.word());
        }
        // Whoever looks at the run sees the question.
        case RunAction.AskApproval _ -> {}
      }
    }
    effect.answer().run();
  }

  /// Who reads what a step writes while it writes it.
  private Optional<Consumer<String>> reader(RunAction.StartStep start) {
    var self = context.getSelf();
    return writing.reads(run, start.step())
        ? Optional.of(text -> self.tell(new Written(start.step(), text)))
        : Optional.empty();
  }

  private void keep() {
    keeping.begin(telling.isPending(run)).ifPresent(this::hearOf);
  }

  private void hearOf(CompletionStage<Done> kept) {
    context.pipeToSelf(kept, (_, failure) -> failure == null ? new Kept() : new NotKept(failure));
  }

  private void onKept() {
    keeping.kept().forEach(this::perform);
    keep();
    keeping.tellFollowers();
  }

  /// All events are kept: the last of them was told.
  private void told() {
    telling.end();
    if (keeping.isKept() && run.state().isTerminal()) {
      hearOf(keeping.keepHead(false));
    }
  }

  private void describe(Describe describe) {
    if (!run.isSubmitted()) {
      describe.replyTo().tell(new Described(Optional.empty(), true));
      return;
    }
    var all = RunView.of(run, ports.clock().getAsLong());
    var page = all.page(describe.from(), describe.most());
    boolean isLast = describe.from() + page.steps().size() >= all.steps().size();
    describe.replyTo().tell(new Described(Optional.of(page), isLast));
  }

  private Optional<RunReport> report() {
    return run.isSubmitted()
        ? Optional.of(RunReport.of(run, ports.clock().getAsLong()))
        : Optional.empty();
  }

  private void follow(Follow follow) {
    if (!run.isSubmitted()) {
      RunFollowers.refuse(follow.replyTo());
    } else if (keeping.follow(follow)) {
      timers.startSingleTimer(follow, new Lapsed(follow), follow.patience());
      keeping.tellFollowers();
    } else {
      context.pipeToSelf(
          ports.journal().read(key, follow.from(), follow.most()),
          (events, failure) ->
              new PastRead(
                  follow, failure == null ? Pages.events(events, follow.most()) : List.of()));
    }
  }

  /// Leaves memory some time after the last thing that happened, if nothing will by itself.
  private void rest() {
    boolean isAtRest = isAtRest();
    if (!permits.isAny()) {
      timers.cancel(Repeat.class);
    } else if (!timers.isTimerActive(Repeat.class)) {
      timers.startTimerWithFixedDelay(Repeat.class, new Repeat(), REPEAT_INTERVAL);
    }
    residence.tell(run, isAtRest);
    if (isAtRest) {
      timers.startSingleTimer(Idle.class, new Idle(), patience());
    } else {
      timers.cancel(Idle.class); // it began to wait before the run was submitted
    }
    if (work.isMovable() && keeping.isDone()) {
      stay.settled(context.getSelf());
    }
  }

  private boolean isAtRest() {
    boolean isOver = !run.isSubmitted() || run.state().isTerminal();
    return isOver && !telling.isPending(run) && work.isIdle() && keeping.isDone();
  }

  private Duration patience() {
    var settings = ports.settings();
    return run.isSubmitted() && !keeping.isKept()
        ? settings.retention()
        : settings.passivateAfter();
  }
}
