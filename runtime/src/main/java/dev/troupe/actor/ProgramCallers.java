package dev.troupe.actor;

import dev.troupe.program.Call;
import dev.troupe.program.Callers;
import dev.troupe.program.Callers.Caller;
import dev.troupe.program.Node;
import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/// Who makes the open calls of a program. Confined to the program's actor.
final class ProgramCallers {

  /// A caller that says nothing for so long while its call is open is watched: the end of the
  /// call may have been told in vain. Long for a call that runs, which says nothing before it ends.
  private static final Duration SILENCE = Duration.ofMinutes(2);

  /// When a caller whose id is open elsewhere may ask again: a fraction of the cluster's detection time.
  private static final Duration DUPLICATE_RETRY = Duration.ofSeconds(2);

  private final Callers<ActorRef<CallActor.Command>> callers = new Callers<>(SILENCE.toNanos());

  /// A caller asks for a call. Where another one has a call of that id open it is refused: should that one's
  /// node be lost, that is known after the cluster's detection time, and who sends the call again until then
  /// is told to come back.
  ///
  /// @return whether the call is this caller's
  boolean admits(Call.Id call, ActorRef<CallActor.Command> caller, long nowNanos) {
    if (callers.of(call).filter(first -> !first.equals(caller)).isPresent()) {
      caller.tell(
          new CallActor.Refused(
              Reason.DUPLICATE_CALL,
              "a call with the id " + call.value() + " is open; ids must not repeat",
              Optional.of(DUPLICATE_RETRY)));
      return false;
    }
    callers.heard(call, caller, LostNodes.nodeOf(caller), nowNanos);
    return true;
  }

  Optional<ActorRef<CallActor.Command>> remove(Call.Id call) {
    return callers.remove(call);
  }

  /// Removes a call unless its id names a new call by now, of another caller.
  ///
  /// @return whether it was held
  boolean remove(Call.Id call, ActorRef<CallActor.Command> caller) {
    return callers.remove(call, caller);
  }

  /// A node is lost.
  ///
  /// @return the calls that were made there
  List<Call.Id> lost(Node node) {
    return callers.lost(node).stream().map(Caller::call).toList();
  }

  /// The callers that are to be watched from now on.
  List<Caller<ActorRef<CallActor.Command>>> silent(long nowNanos) {
    return callers.silent(nowNanos);
  }
}
