package dev.troupe.management;

import dev.troupe.program.Remote;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Tells other nodes how this one does. It has the same path on every node.
final class StatusActor {

  static final String NAME = "status";

  sealed interface Command {}

  record Describe(ActorRef<NodeReport> replyTo) implements Command, Remote {}

  private record Described(NodeReport report, ActorRef<NodeReport> replyTo) implements Command {}

  /// Who asked is not answered, and notices by itself.
  private record NotDescribed(Throwable failure) implements Command {}

  private StatusActor() {}

  /// @param report gathers anew at each question, in bounded time
  static Behavior<Command> create(Supplier<CompletionStage<NodeReport>> report) {
    return Behaviors.setup(context -> {
      context.setLoggerName(StatusActor.class);
      return Behaviors.receiveMessage(command -> {
        switch (command) {
          case Describe(var replyTo) ->
              context.pipeToSelf(
                  report.get(),
                  (told, failure) ->
                      failure == null ? new Described(told, replyTo) : new NotDescribed(failure));
          case Described(var told, var replyTo) -> replyTo.tell(told);
          case NotDescribed(var failure) ->
              context.getLog().warn("cannot tell how this node does", failure);
        }
        return Behaviors.same();
      });
    });
  }
}
