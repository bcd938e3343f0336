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
import dev.troupe.cluster.StandingsActor.NotLoaded;
import dev.troupe.cluster.StandingsActor.NotRead;
import dev.troupe.cluster.StandingsActor.Overdue;
import dev.troupe.cluster.StandingsActor.Read;
import dev.troupe.cluster.StandingsActor.Save;
import dev.troupe.cluster.StandingsActor.Written;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The actor of standings when its node leaves: it writes the rest, batch by batch, and lets
/// the database go.
final class ClosingStandings {

  /// For the last batches, then for the connections. Together below what the cluster allows.
  private static final Duration LIMIT = Duration.ofSeconds(7);

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final StandingsScope scope;
  private final ActorRef<Done> replyTo;

  private ClosingStandings(StandingsScope scope, ActorRef<Done> replyTo) {
    this.scope = scope;
    this.replyTo = replyTo;
  }

  /// @param replyTo answered when the database is let go
  static Behavior<Command> create(StandingsScope scope, ActorRef<Done> replyTo) {
    scope.timers().cancelAll();
    scope.timers().startSingleTimer(new GiveUp(), LIMIT);
    var closing = new ClosingStandings(scope, replyTo);
    return scope.unsaved().isWriting() ? closing.writing() : closing.writeRest();
  }

  private Behavior<Command> writing() {
    return Behaviors.receiveMessage(this::inWriting);
  }

  private Behavior<Command> inWriting(Command command) {
    switch (command) {
      case Written _ -> {
        scope.unsaved().written();
        scope.awaited().answer(false);
        return writeRest();
      }
      case Failed(var cause) -> {
        scope.unsaved().notWritten();
        scope
            .context()
            .getLog()
            .warn("storage failed while closing: {}", StorageFailure.text(cause));
        return close();
      }
      case GiveUp _ -> {
        scope.context().getLog().warn("storage does not answer while closing");
        return close();
      }
      case Overdue _ -> scope.breakOff();
      case Load load -> load.replyTo().tell(new NotLoaded());
      case AwaitSaved await -> scope.awaited().add(await, false);
      case Read(var load, var answer) -> load.replyTo().tell(answer);
      case NotRead(var load, _) -> load.replyTo().tell(new NotLoaded());
      case DescribeHealth(var health) -> health.tell(scope.health(StorageCondition.OPEN));
      case Save _, Flush _, Expire _, Expired _, Close _, Closed _ -> {}
    }
    return Behaviors.same();
  }

  private Behavior<Command> writeRest() {
    if (!scope.unsaved().hasWaiting()) {
      return close();
    }
    scope.writeBatch(true);
    return writing();
  }

  private Behavior<Command> close() {
    int left = scope.unsaved().size();
    if (left > 0) {
      scope.context().getLog().warn("standing of {} programs is lost with this node", left);
    }
    scope.timers().startSingleTimer(new GiveUp(), GRACE);
    scope.context().pipeToSelf(scope.stored().close(), (_, _) -> new Closed());
    return lettingGo();
  }

  private Behavior<Command> lettingGo() {
    return Behaviors.receiveMessage(command -> {
      if (command instanceof Load load) {
        load.replyTo().tell(new NotLoaded());
      }
      if (command instanceof Closed || command instanceof GiveUp) {
        replyTo.tell(Done.getInstance());
        return Behaviors.stopped();
      }
      return Behaviors.same();
    });
  }
}
