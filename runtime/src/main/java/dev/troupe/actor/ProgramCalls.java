package dev.troupe.actor;

import dev.troupe.actor.ProgramActor.CallEnded;
import dev.troupe.actor.ProgramActor.CallerGone;
import dev.troupe.actor.ProgramActor.Submit;
import dev.troupe.program.Call;
import dev.troupe.program.Node;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramView;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// The open calls of a program: each is given its priority and queued with the scheduler of its
/// pool, and its caller is told what comes of it. Confined to the program's actor.
final class ProgramCalls {

  private final ActorContext<ProgramActor.Command> context;
  private final ProgramPorts ports;
  private final ProgramRecord record;
  private final ProgramCallers callers = new ProgramCallers();

  ProgramCalls(
      ActorContext<ProgramActor.Command> context, ProgramPorts ports, ProgramRecord record) {
    this.context = context;
    this.ports = ports;
    this.record = record;
  }

  /// Queues a call with its scheduler, unless another caller has it open.
  void submit(Submit submit) {
    var call = submit.call();
    var caller = submit.replyTo();
    if (!callers.admits(call.id(), caller, now())) {
      return;
    }
    watchSilent();
    // A call that asks again says what it said when it came; somebody may have said something
    // else since.
    if (!record.hasHeardOf(call.id())) {
      submit.priority().ifPresent(said -> record.matters(said, now()));
      submit.remainingCalls().ifPresent(after -> record.expects(1L + after, now()));
    }
    var priority =
        record.submit(
            call, submit.source(), submit.parent(), submit.hint(), submit.waitedNanos(), now());
    ports
        .schedulers()
        .tell(
            call.pool(),
            new SchedulerActor.Enqueue(
                call,
                priority,
                submit.waitedNanos(),
                submit.isAdmitted(),
                submit.excluded(),
                record.lastEngine(),
                caller));
  }

  /// Charges the program for a call, and tells the caller how it stands now.
  void ended(CallEnded ended) {
    callers.remove(ended.call());
    var standing =
        record.ended(
            ended.call(),
            ended.engine(),
            ended.usage(),
            ended.serviceNanos(),
            ended.outcome(),
            now());
    ended.replyTo().tell(new CallActor.Served(standing));
  }

  void withdrawn(Call.Id call) {
    if (callers.remove(call).isPresent()) {
      record.withdrawn(call, now());
    }
  }

  /// An id may name a new call by now, whose caller lives.
  void callerGone(Call.Id call, ActorRef<CallActor.Command> caller) {
    if (callers.remove(call, caller)) {
      record.withdrawn(call, now());
    }
  }

  void callersLost(Node node) {
    callers.lost(node).forEach(lost -> record.withdrawn(lost, now()));
  }

  /// The program is over: its open calls are cancelled.
  void close(ProgramView.State outcome) {
    for (var call : record.close(outcome, now())) {
      callers.remove(call).ifPresent(caller -> caller.tell(new CallActor.ProgramEnded()));
    }
  }

  /// Has those watched that say nothing while their calls are open.
  void watchSilent() {
    for (var silent : callers.silent(now())) {
      context.watchWith(silent.caller(), new CallerGone(silent.call(), silent.caller()));
    }
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
