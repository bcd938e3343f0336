package dev.troupe.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.stage.AsyncCallback;

/// The clients' connections to this node. Ends them when the node leaves.
final class ConnectionsActor {

  sealed interface Command {}

  /// @param end takes how long the connection must have been quiet before it ends; also its name here
  record Opened(AsyncCallback<Duration> end) implements Command {}

  record Closed(AsyncCallback<Duration> end) implements Command {}

  /// Ends every connection once nothing is being answered on it. Answers when none is left.
  ///
  /// @param quiet how long nothing must have been
  record EndAll(Duration quiet, ActorRef<Done> replyTo) implements Command {}

  private final Set<AsyncCallback<Duration>> open = new HashSet<>();
  private final List<ActorRef<Done>> waiting = new ArrayList<>();

  private ConnectionsActor() {}

  static Behavior<Command> create() {
    return Behaviors.setup(_ -> new ConnectionsActor().handling(Optional.empty()));
  }

  /// @param ending how quiet a connection must be to end; empty while none is to end
  private Behavior<Command> handling(Optional<Duration> ending) {
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Opened(var end) -> {
          open.add(end);
          ending.ifPresent(end::invoke);
          return Behaviors.same();
        }
        case Closed(var end) -> {
          open.remove(end);
          answerWhenNoneIsLeft();
          return Behaviors.same();
        }
        case EndAll(var quiet, var replyTo) -> {
          open.forEach(end -> end.invoke(quiet));
          waiting.add(replyTo);
          answerWhenNoneIsLeft();
          return handling(Optional.of(quiet));
        }
      }
    });
  }

  private void answerWhenNoneIsLeft() {
    if (open.isEmpty()) {
      waiting.forEach(replyTo -> replyTo.tell(Done.getInstance()));
      waiting.clear();
    }
  }
}
