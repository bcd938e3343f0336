package dev.troupe.actor;

import dev.troupe.actor.SchedulerActor.CallerGone;
import dev.troupe.program.Call;
import dev.troupe.program.Callers;
import dev.troupe.program.Callers.Caller;
import dev.troupe.program.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// Who makes the calls that wait in a pool, and those sent to engines lately. Confined to the
/// pool's scheduler.
final class PoolCallers {

  /// A caller that has not announced itself for so long is watched: it may have left, and
  /// told so in vain. Callers do it every `troupe.call.announce-interval` (5 s).
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final ActorContext<SchedulerActor.Command> context;
  private final Callers<ActorRef<CallActor.Command>> callers = new Callers<>(SILENCE.toNanos());

  PoolCallers(ActorContext<SchedulerActor.Command> context) {
    this.context = context;
  }

  void heard(Call.Id call, ActorRef<CallActor.Command> caller, long nowNanos) {
    callers.heard(call, caller, LostNodes.nodeOf(caller), nowNanos);
  }

  Optional<ActorRef<CallActor.Command>> of(Call.Id call) {
    return callers.of(call);
  }

  /// Tells who makes a call that it stands in the queue.
  ///
  /// @param ahead calls before it
  void sayQueued(Call.Id call, int ahead) {
    of(call).ifPresent(caller -> caller.tell(new CallActor.Queued(context.getSelf(), ahead)));
  }

  /// The call has left.
  void forget(Call.Id call) {
    callers.remove(call).ifPresent(context::unwatch);
  }

  /// A caller has ended without a word. Its call's id may name a new one by now, whose caller
  /// lives.
  ///
  /// @return whether the call was this caller's
  boolean gone(Call.Id call, ActorRef<CallActor.Command> caller) {
    return callers.remove(call, caller);
  }

  /// A node is lost.
  ///
  /// @return the calls that were made there
  List<Call.Id> lost(Node node) {
    return callers.lost(node).stream().map(Caller::call).toList();
  }

  /// Has those watched that are silent while their calls wait; the others have no call here any
  /// more.
  void watchSilent(Predicate<Call.Id> isWaiting, long nowNanos) {
    for (var silent : callers.silent(nowNanos)) {
      if (isWaiting.test(silent.call())) {
        context.watchWith(silent.caller(), new CallerGone(silent.call(), silent.caller()));
      } else {
        callers.remove(silent.call());
      }
    }
  }
}
