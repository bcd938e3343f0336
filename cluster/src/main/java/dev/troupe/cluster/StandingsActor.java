package dev.troupe.cluster;

import dev.troupe.actor.Standings.Health;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Holds programs until they are in [StoredPrograms], one batch at a time.
///
/// A change is written `flush-interval` later, together with all others by then; while a batch is being
/// written, the next one gathers. A batch that fails stays in memory and is tried again after a pause
/// that grows.
final class StandingsActor {

  sealed interface Command {}

  record Save(ProgramView program) implements Command {}

  record Load(Program.Id program, ActorRef<Loaded> replyTo) implements Command {}

  record DescribeHealth(ActorRef<Health> replyTo) implements Command {}

  /// Writes what is held, once, and lets the file go. What comes later is not kept.
  record Close(ActorRef<Done> replyTo) implements Command {}

  private record Flush() implements Command {}

  private record Written(int programs) implements Command {}

  private record Failed(Throwable cause) implements Command {}

  private record Read(Load load, Optional<ProgramView> program) implements Command {}

  private record Expire() implements Command {}

  private record Expired(int programs) implements Command {}

  /// An answer to [Load].
  record Loaded(Optional<ProgramView> program) {}

  /// @param failures attempts in a row that have failed
  /// @param latest why the latest of them did
  private record Trouble(int failures, Optional<String> latest) {

    static final Trouble NONE = new Trouble(0, Optional.empty());

    Trouble and(Throwable cause) {
      return new Trouble(failures + 1, Optional.of(String.valueOf(cause.getMessage())));
    }

    boolean isNone() {
      return failures == 0;
    }
  }

  /// @param stored closed by this actor
  static Behavior<Command> create(StorageSettings settings, StoredPrograms stored) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(
            timers -> new StandingsActor(settings, stored, context, timers).opening()));
  }

  private final StorageSettings settings;
  private final StoredPrograms stored;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final UnsavedPrograms unsaved;

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
    return write(Trouble.NONE);
  }

  private Behavior<Command> holding(Trouble trouble) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Save(var program) -> onSave(program);
          case Load load -> onLoad(load, trouble);
          case Read(var load, var program) -> answer(load, program);
          case Flush _ -> unsaved.isWriting() ? Behaviors.same() : write(trouble);
          case Written(int programs) -> onWritten(programs, trouble);
          case Failed(var cause) -> onFailed(cause, trouble);
          case Expire _ -> onExpire(trouble);
          case Expired(int programs) -> onExpired(programs);
          case DescribeHealth(var replyTo) -> onDescribeHealth(replyTo, trouble);
          case Close(var replyTo) -> onClose(replyTo);
        });
  }

  private Behavior<Command> closing(ActorRef<Done> replyTo) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Written _ -> {
            unsaved.written();
            yield writeRest(replyTo);
          }
          case Failed(var cause) -> {
            unsaved.notWritten();
            context.getLog().warn("storage failed while closing", cause);
            yield close(replyTo);
          }
          case Load load -> answer(load, Optional.empty());
          case Read(var load, var program) -> answer(load, program);
          case DescribeHealth(var health) -> onDescribeHealth(health, Trouble.NONE);
          case Save _, Flush _, Expire _, Expired _, Close _ -> Behaviors.same();
        });
  }

  private Behavior<Command> onSave(ProgramView program) {
    unsaved.put(program, System.nanoTime());
    if (!timers.isTimerActive(Flush.class)) {
      flushAfter(settings.flushInterval());
    }
    return Behaviors.same();
  }

  private Behavior<Command> write(Trouble trouble) {
    writeBatch();
    return holding(trouble);
  }

  private Behavior<Command> onWritten(int programs, Trouble trouble) {
    unsaved.written();
    if (!trouble.isNone()) {
      context.getLog().info("storage is back, {} programs written", programs);
    }
    if (unsaved.hasWaiting() && !timers.isTimerActive(Flush.class)) {
      flushAfter(settings.flushInterval());
    }
    return holding(Trouble.NONE);
  }

  private Behavior<Command> onFailed(Throwable cause, Trouble before) {
    unsaved.notWritten();
    var trouble = before.and(cause);
    if (before.isNone()) {
      context.getLog().warn("storage fails; programs are held in memory until it works", cause);
    }
    flushAfter(settings.backoff(trouble.failures()));
    return holding(trouble);
  }

  private Behavior<Command> onLoad(Load load, Trouble trouble) {
    var held = unsaved.find(load.program());
    if (held.isPresent()) {
      return answer(load, held.map(program -> program.asOf(System.nanoTime())));
    }
    if (!trouble.isNone()) {
      return answer(load, Optional.empty());
    }
    context.pipeToSelf(
        stored.read(load.program()),
        (program, failure) -> new Read(load, failure == null ? program : Optional.empty()));
    return Behaviors.same();
  }

  private Behavior<Command> answer(Load load, Optional<ProgramView> program) {
    load.replyTo().tell(new Loaded(program));
    return Behaviors.same();
  }

  private Behavior<Command> onExpire(Trouble trouble) {
    if (trouble.isNone()) {
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

  private Behavior<Command> onDescribeHealth(ActorRef<Health> replyTo, Trouble trouble) {
    replyTo.tell(new Health(trouble.isNone(), unsaved.size(), unsaved.dropped(), trouble.latest()));
    return Behaviors.same();
  }

  private Behavior<Command> onClose(ActorRef<Done> replyTo) {
    timers.cancelAll();
    return unsaved.isWriting() ? closing(replyTo) : writeRest(replyTo);
  }

  private Behavior<Command> writeRest(ActorRef<Done> replyTo) {
    if (!unsaved.hasWaiting()) {
      return close(replyTo);
    }
    writeBatch();
    return closing(replyTo);
  }

  private Behavior<Command> close(ActorRef<Done> replyTo) {
    if (unsaved.size() > 0) {
      context.getLog().warn("standing of {} programs is lost with this node", unsaved.size());
    }
    stored.close();
    replyTo.tell(Done.getInstance());
    return Behaviors.stopped();
  }

  private void writeBatch() {
    context.pipeToSelf(
        stored.write(unsaved.beginBatch(settings.maxBatch())),
        (programs, failure) -> failure == null ? new Written(programs) : new Failed(failure));
  }

  private void flushAfter(Duration pause) {
    timers.startSingleTimer(Flush.class, new Flush(), pause);
  }
}
