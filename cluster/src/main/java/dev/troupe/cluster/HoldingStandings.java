package dev.troupe.cluster;

import dev.troupe.cluster.StandingsActor.AwaitSaved;
import dev.troupe.cluster.StandingsActor.Close;
import dev.troupe.cluster.StandingsActor.Closed;
import dev.troupe.cluster.StandingsActor.Command;
import dev.troupe.cluster.StandingsActor.DescribeHealth;
import dev.troupe.cluster.StandingsActor.Expire;
import dev.troupe.cluster.StandingsActor.Expired;
import dev.troupe.cluster.StandingsActor.Failed;
import dev.troupe.cluster.StandingsActor.Flush;
import dev.troupe.cluster.StandingsActor.GiveUp;
import dev.troupe.cluster.StandingsActor.Load;
import dev.troupe.cluster.StandingsActor.Loaded;
import dev.troupe.cluster.StandingsActor.NotLoaded;
import dev.troupe.cluster.StandingsActor.NotRead;
import dev.troupe.cluster.StandingsActor.Overdue;
import dev.troupe.cluster.StandingsActor.Read;
import dev.troupe.cluster.StandingsActor.Save;
import dev.troupe.cluster.StandingsActor.Written;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The actor of standings while its node lives: it holds programs until they are written, tells
/// what is known of them, and tries again while the database fails.
final class HoldingStandings {

  private final StandingsScope scope;

  private HoldingStandings(StandingsScope scope) {
    this.scope = scope;
  }

  static Behavior<Command> create(StandingsScope scope) {
    scope.timers().startTimerWithFixedDelay(new Expire(), scope.settings().expiryInterval());
    // An empty batch: whether storage works is known before there is something to lose.
    return new HoldingStandings(scope).write(StorageCondition.UNKNOWN);
  }

  private Behavior<Command> write(StorageCondition condition) {
    scope.writeBatch(condition.isOpen());
    return holding(condition);
  }

  private Behavior<Command> holding(StorageCondition condition) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> onCommand(command, condition))
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  private Behavior<Command> onCommand(Command command, StorageCondition condition) {
    switch (command) {
      case Save(var program) -> save(program);
      case Flush _ -> {
        if (!scope.unsaved().isWriting()) {
          return write(condition);
        }
      }
      case Written(int programs) -> {
        return onWritten(programs, condition);
      }
      case Failed(var cause) -> {
        return onFailed(cause, condition);
      }
      case Overdue _ -> scope.breakOff();
      case AwaitSaved await -> scope.awaited().add(await, condition.isAway());
      case Load load -> load(load, condition);
      case Read(var load, var answer) -> load.replyTo().tell(answer);
      case NotRead(var load, var cause) -> {
        load.replyTo().tell(new NotLoaded());
        // Nothing is read from a database that fails, until something could be written to it.
        if (condition.isOpen()) {
          return failed(cause, condition);
        }
      }
      case Expire _ -> expire(condition);
      case Expired(int programs) -> onExpired(programs);
      case DescribeHealth(var replyTo) -> replyTo.tell(scope.health(condition));
      case Close(var replyTo) -> {
        return ClosingStandings.create(scope, replyTo);
      }
      case GiveUp _, Closed _ -> {}
    }
    return Behaviors.same();
  }

  private void save(ProgramView program) {
    scope.unsaved().put(program, System.nanoTime());
    if (!scope.timers().isTimerActive(Flush.class)) {
      flushAfter(scope.settings().flushInterval());
    }
  }

  private Behavior<Command> onWritten(int programs, StorageCondition condition) {
    var unsaved = scope.unsaved();
    unsaved.written();
    scope.awaited().answer(false);
    scope.timers().cancel(Overdue.class);
    if (condition.isFailing()) {
      scope.context().getLog().info("storage is back, {} programs written", programs);
    }
    if (unsaved.size() >= scope.settings().maxBatch()) {
      return write(StorageCondition.OPEN);
    }
    if (unsaved.hasWaiting() && !scope.timers().isTimerActive(Flush.class)) {
      flushAfter(scope.settings().flushInterval());
    }
    return holding(StorageCondition.OPEN);
  }

  private Behavior<Command> onFailed(Throwable cause, StorageCondition before) {
    scope.unsaved().notWritten();
    scope.timers().cancel(Overdue.class);
    return failed(cause, before);
  }

  private Behavior<Command> failed(Throwable cause, StorageCondition before) {
    var condition = before.failed(cause);
    if (condition.isNews(before)) {
      scope
          .context()
          .getLog()
          .warn(
              "storage ({}) fails; programs are held in memory until it works: {}",
              scope.settings().kind().text(),
              condition.latest().orElseThrow());
      scope.context().getLog().debug("storage fails", cause);
    }
    scope.awaited().answer(condition.isAway());
    flushAfter(scope.settings().backoff(condition.failures()));
    return holding(condition);
  }

  private void flushAfter(Duration pause) {
    scope.timers().startSingleTimer(Flush.class, new Flush(), pause);
  }

  private void load(Load load, StorageCondition condition) {
    var held = scope.unsaved().find(load.program());
    if (held.isPresent()) {
      load.replyTo().tell(new Loaded(held.map(program -> program.asOf(System.nanoTime()))));
    } else if (condition.isFailing()) {
      load.replyTo().tell(new NotLoaded());
    } else {
      scope
          .context()
          .pipeToSelf(
              scope.stored().read(load.program(), scope.settings().loadTimeout()),
              (answer, failure) ->
                  failure == null ? new Read(load, answer) : new NotRead(load, failure));
    }
  }

  private void expire(StorageCondition condition) {
    if (condition.isOpen()) {
      scope
          .context()
          .pipeToSelf(
              scope.stored().deleteSilentFor(scope.settings().retention()),
              (programs, failure) -> new Expired(failure == null ? programs : 0));
    }
  }

  private void onExpired(int programs) {
    if (programs > 0) {
      scope
          .context()
          .getLog()
          .info("{} programs forgotten, silent for {}", programs, scope.settings().retention());
    }
  }

  /// Stopped without a [Close]: nobody waits.
  private Behavior<Command> stopped() {
    scope.stored().close();
    return Behaviors.same();
  }
}
