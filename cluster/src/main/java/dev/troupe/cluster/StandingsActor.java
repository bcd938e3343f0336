package dev.troupe.cluster;

import dev.troupe.actor.Standings.Health;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Holds programs until they are in [StoredPrograms], one batch at a time.
///
/// A change is written `flush-interval` later, together with all others by then; while a batch is being
/// written, the next one gathers. A batch that fails stays in memory and is tried again after a pause
/// that grows. One that is not written in time is broken off, and has failed.
final class StandingsActor {

  sealed interface Command {}

  record Save(ProgramView program) implements Command {}

  /// Answered once nothing of the program is unsaved, or storage has failed.
  record AwaitSaved(Program.Id program, ActorRef<Done> replyTo) implements Command {}

  record Load(Program.Id program, ActorRef<LoadAnswer> replyTo) implements Command {}

  record DescribeHealth(ActorRef<Health> replyTo) implements Command {}

  /// Writes what is held, once, and lets the database go. What comes later is not kept. Answered
  /// within nine seconds.
  record Close(ActorRef<Done> replyTo) implements Command {}

  private record Flush() implements Command {}

  private record Written(int programs) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  /// The batch under way takes too long.
  private record Overdue() implements Command {}

  /// Closing takes too long.
  private record GiveUp() implements Command {}

  private record Closed() implements Command {}

  private record Read(Load load, Optional<ProgramView> program) implements Command {}

  private record NotRead(Load load, Throwable cause) implements Command {}

  private record Expire() implements Command {}

  private record Expired(int programs) implements Command {}

  /// An answer to [Load].
  sealed interface LoadAnswer {}

  /// @param program empty where storage has nothing of it
  record Loaded(Optional<ProgramView> program) implements LoadAnswer {}

  /// Storage does not say.
  record NotLoaded() implements LoadAnswer {}

  /// How the database is.
  ///
  /// @param isOpen whether the latest attempt to reach it succeeded
  /// @param failures attempts in a row that have failed
  /// @param latest why the latest of them did
  private record Condition(boolean isOpen, int failures, Optional<String> latest) {

    static final Condition UNKNOWN = new Condition(false, 0, Optional.of("not reached yet"));
    static final Condition OPEN = new Condition(true, 0, Optional.empty());

    Condition failed(Throwable cause) {
      return new Condition(false, failures + 1, Optional.of(StorageFailure.text(cause)));
    }

    /// Whether it is not worth asking.
    boolean isFailing() {
      return failures > 0;
    }
  }

  /// For the last batches, then for the connections. Together below what the cluster allows.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(7);

  private static final Duration CLOSE_GRACE = Duration.ofSeconds(1);

  /// @param stored closed by this actor
  static Behavior<Command> create(StorageSettings settings, StoredPrograms stored) {
    return Behaviors.setup(context -> {
      // Its callbacks run in places whose names say nothing.
      context.setLoggerName(StandingsActor.class);
      return Behaviors.withTimers(
          timers -> new StandingsActor(settings, stored, context, timers).opening());
    });
  }

  private final StorageSettings settings;
  private final StoredPrograms stored;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final UnsavedPrograms unsaved;
  private final List<AwaitSaved> awaiting = new ArrayList<>();

  private StandingsActor(
      StorageSettings settings,
      StoredPrograms stored,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.settings = settings;
    this.stored = stored;
    this.context = context;
    this.timers = timers;
    this.unsaved = new UnsavedPrograms(settings.maxUnsaved());
  }

  private Behavior<Command> opening() {
    timers.startTimerWithFixedDelay(new Expire(), settings.expiryInterval());
    // An empty batch: whether storage works is known before there is something to lose.
    return write(Condition.UNKNOWN);
  }

  private Behavior<Command> holding(Condition condition) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> onCommand(command, condition))
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  private Behavior<Command> onCommand(Command command, Condition condition) {
    return switch (command) {
      case Save(var program) -> onSave(program);
      case AwaitSaved await -> onAwaitSaved(await, condition);
      case Load load -> onLoad(load, condition);
      case Read(var load, var program) -> answer(load, program);
      case NotRead(var load, var cause) -> onNotRead(load, cause, condition);
      case Flush _ -> unsaved.isWriting() ? Behaviors.same() : write(condition);
      case Overdue _ -> onOverdue();
      case Written(int programs) -> onWritten(programs, condition);
      case Failed(var cause) -> onFailed(cause, condition);
      case Expire _ -> onExpire(condition);
      case Expired(int programs) -> onExpired(programs);
      case DescribeHealth(var replyTo) -> onDescribeHealth(replyTo, condition);
      case Close(var replyTo) -> onClose(replyTo);
      case GiveUp _, Closed _ -> Behaviors.same();
    };
  }

  /// Writes the rest, batch by batch.
  private Behavior<Command> closing(ActorRef<Done> replyTo) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Written _ -> {
            unsaved.written();
            answerAwaiting(Condition.OPEN);
            yield writeRest(replyTo);
          }
          case Failed(var cause) -> {
            unsaved.notWritten();
            context.getLog().warn("storage failed while closing: {}", StorageFailure.text(cause));
            yield close(replyTo);
          }
          case GiveUp _ -> {
            context.getLog().warn("storage does not answer while closing");
            yield close(replyTo);
          }
          case Overdue _ -> onOverdue();
          case Load load -> answerNothing(load);
          case AwaitSaved await -> onAwaitSaved(await, Condition.OPEN);
          case Read(var load, var program) -> answer(load, program);
          case NotRead(var load, _) -> answerNothing(load);
          case DescribeHealth(var health) -> onDescribeHealth(health, Condition.OPEN);
          case Save _, Flush _, Expire _, Expired _, Close _, Closed _ -> Behaviors.same();
        });
  }

  /// The database is let go.
  private Behavior<Command> lettingGo(ActorRef<Done> replyTo) {
    return Behaviors.receiveMessage(command -> {
      if (command instanceof Load load) {
        return answerNothing(load);
      }
      if (command instanceof Closed || command instanceof GiveUp) {
        replyTo.tell(Done.getInstance());
        return Behaviors.stopped();
      }
      return Behaviors.same();
    });
  }

  private Behavior<Command> onSave(ProgramView program) {
    unsaved.put(program, System.nanoTime());
    if (!timers.isTimerActive(Flush.class)) {
      flushAfter(settings.flushInterval());
    }
    return Behaviors.same();
  }

  private Behavior<Command> onAwaitSaved(AwaitSaved await, Condition condition) {
    if (!answered(await, condition)) {
      awaiting.add(await);
    }
    return Behaviors.same();
  }

  private void answerAwaiting(Condition condition) {
    awaiting.removeIf(await -> answered(await, condition));
  }

  private boolean answered(AwaitSaved await, Condition condition) {
    boolean isOver = condition.isFailing() || unsaved.find(await.program()).isEmpty();
    if (isOver) {
      await.replyTo().tell(Done.getInstance());
    }
    return isOver;
  }

  private Behavior<Command> write(Condition condition) {
    writeBatch(condition.isOpen());
    return holding(condition);
  }

  private Behavior<Command> onOverdue() {
    if (unsaved.isWriting()) {
      stored.abandonWrite();
    }
    return Behaviors.same();
  }

  private Behavior<Command> onWritten(int programs, Condition condition) {
    unsaved.written();
    answerAwaiting(Condition.OPEN);
    timers.cancel(Overdue.class);
    if (condition.isFailing()) {
      context.getLog().info("storage is back, {} programs written", programs);
    }
    if (unsaved.size() >= settings.maxBatch()) {
      return write(Condition.OPEN);
    }
    if (unsaved.hasWaiting() && !timers.isTimerActive(Flush.class)) {
      flushAfter(settings.flushInterval());
    }
    return holding(Condition.OPEN);
  }

  private Behavior<Command> onFailed(Throwable cause, Condition before) {
    unsaved.notWritten();
    timers.cancel(Overdue.class);
    return failed(cause, before);
  }

  private Behavior<Command> failed(Throwable cause, Condition before) {
    var condition = before.failed(cause);
    if (!condition.latest().equals(before.latest())) {
      context
          .getLog()
          .warn(
              "storage ({}) fails; programs are held in memory until it works: {}",
              settings.kind().text(),
              condition.latest().orElseThrow());
      context.getLog().debug("storage fails", cause);
    }
    answerAwaiting(condition);
    flushAfter(settings.backoff(condition.failures()));
    return holding(condition);
  }

  private Behavior<Command> onLoad(Load load, Condition condition) {
    var held = unsaved.find(load.program());
    if (held.isPresent()) {
      return answer(load, held.map(program -> program.asOf(System.nanoTime())));
    }
    if (condition.isFailing()) {
      return answerNothing(load);
    }
    context.pipeToSelf(
        stored.read(load.program(), settings.loadTimeout()),
        (program, failure) ->
            failure == null ? new Read(load, program) : new NotRead(load, failure));
    return Behaviors.same();
  }

  /// Nothing is read from a database that fails, until something could be written to it.
  private Behavior<Command> onNotRead(Load load, Throwable cause, Condition condition) {
    load.replyTo().tell(new NotLoaded());
    return condition.isOpen() ? failed(cause, condition) : Behaviors.same();
  }

  private static Behavior<Command> answerNothing(Load load) {
    load.replyTo().tell(new NotLoaded());
    return Behaviors.same();
  }

  private Behavior<Command> answer(Load load, Optional<ProgramView> program) {
    load.replyTo().tell(new Loaded(program));
    return Behaviors.same();
  }

  private Behavior<Command> onExpire(Condition condition) {
    if (condition.isOpen()) {
      context.pipeToSelf(
          stored.deleteSilentFor(settings.retention()),
          (programs, failure) -> new Expired(failure == null ? programs : 0));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onExpired(int programs) {
    if (programs > 0) {
      context.getLog().info("{} programs forgotten, silent for {}", programs, settings.retention());
    }
    return Behaviors.same();
  }

  private Behavior<Command> onDescribeHealth(ActorRef<Health> replyTo, Condition condition) {
    replyTo.tell(
        new Health(
            settings.kind().text(),
            condition.isOpen(),
            unsaved.size(),
            unsaved.dropped(),
            condition.latest()));
    return Behaviors.same();
  }

  private Behavior<Command> onClose(ActorRef<Done> replyTo) {
    timers.cancelAll();
    timers.startSingleTimer(new GiveUp(), CLOSE_LIMIT);
    return unsaved.isWriting() ? closing(replyTo) : writeRest(replyTo);
  }

  private Behavior<Command> writeRest(ActorRef<Done> replyTo) {
    if (!unsaved.hasWaiting()) {
      return close(replyTo);
    }
    writeBatch(true);
    return closing(replyTo);
  }

  private Behavior<Command> close(ActorRef<Done> replyTo) {
    if (unsaved.size() > 0) {
      context.getLog().warn("standing of {} programs is lost with this node", unsaved.size());
    }
    timers.startSingleTimer(new GiveUp(), CLOSE_GRACE);
    context.pipeToSelf(stored.close(), (_, _) -> new Closed());
    return lettingGo(replyTo);
  }

  /// Stopped without a [Close]: nobody waits.
  private Behavior<Command> stopped() {
    stored.close();
    return Behaviors.same();
  }

  private void writeBatch(boolean isOpen) {
    var batch = unsaved.beginBatch(settings.maxBatch());
    timers.startSingleTimer(Overdue.class, new Overdue(), settings.answerTimeout());
    context.pipeToSelf(
        isOpen ? stored.write(batch) : stored.openAndWrite(batch),
        (programs, failure) -> failure == null ? new Written(programs) : new Failed(failure));
  }

  private void flushAfter(Duration pause) {
    timers.startSingleTimer(Flush.class, new Flush(), pause);
  }
}
