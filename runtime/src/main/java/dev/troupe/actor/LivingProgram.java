package dev.troupe.actor;

import dev.troupe.actor.ProgramActor.CallEnded;
import dev.troupe.actor.ProgramActor.CallGranted;
import dev.troupe.actor.ProgramActor.CallWithdrawn;
import dev.troupe.actor.ProgramActor.CallerGone;
import dev.troupe.actor.ProgramActor.CallersLost;
import dev.troupe.actor.ProgramActor.Close;
import dev.troupe.actor.ProgramActor.Command;
import dev.troupe.actor.ProgramActor.Complete;
import dev.troupe.actor.ProgramActor.Describe;
import dev.troupe.actor.ProgramActor.Described;
import dev.troupe.actor.ProgramActor.Idle;
import dev.troupe.actor.ProgramActor.Leave;
import dev.troupe.actor.ProgramActor.Loaded;
import dev.troupe.actor.ProgramActor.Open;
import dev.troupe.actor.ProgramActor.ReadAgain;
import dev.troupe.actor.ProgramActor.Register;
import dev.troupe.actor.ProgramActor.Saved;
import dev.troupe.actor.ProgramActor.Stop;
import dev.troupe.actor.ProgramActor.Submit;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramView;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A program in memory: what is said of it goes into its record, what is asked is answered, and
/// storage is told of what has changed, until the program leaves.
final class LivingProgram {

  /// Open calls, and ended ones, that are shown to others, who may be on another node: a
  /// message has a largest size. About 300 bytes each, and more with many parents.
  private static final int MAX_SHOWN = 128;

  private final ActorContext<Command> context;
  private final ProgramPorts ports;
  private final Consumer<ActorRef<Command>> passivate;
  private final ProgramRecord record;
  private final ProgramKeeping keeping;
  private final ProgramCalls calls;

  /// @param passivate called with the actor's reference when it may be stopped
  LivingProgram(
      ActorContext<Command> context,
      Program.Id id,
      ProgramPorts ports,
      Consumer<ActorRef<Command>> passivate) {
    this.context = context;
    this.ports = ports;
    this.passivate = passivate;
    this.record = new ProgramRecord(id, ports.settings(), ports.nanoClock().getAsLong());
    this.keeping = new ProgramKeeping(ports, record);
    this.calls = new ProgramCalls(context, ports, record);
  }

  /// With a call that the program's id was made for: storage has nothing.
  Behavior<Command> begunBy(Submit first) {
    keeping.isNew();
    calls.submit(first);
    return living();
  }

  /// With the first answer of storage, which [#read] asked for.
  Behavior<Command> restored(Loaded first) {
    onLoaded(first);
    return living();
  }

  /// Asks storage what it has of the program: the answer comes as [Loaded].
  void read() {
    context.pipeToSelf(
        keeping.read(),
        (view, failure) -> new Loaded(failure == null ? view : Optional.empty(), failure != null));
  }

  private Behavior<Command> living() {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, this::onCommand)
        .onSignal(
            PostStop.class,
            _ -> {
              keeping.saveRest();
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    if (keeping.isToBeRead()) {
      read();
    }
    switch (command) {
      case Submit submit -> calls.submit(submit);
      case CallGranted(var call, var engine, int level, boolean promoted, long waitedNanos) ->
          record.granted(call, engine, level, promoted, waitedNanos, now());
      case CallEnded ended -> {
        calls.ended(ended);
        keeping.save();
      }
      case CallWithdrawn(var call) -> calls.withdrawn(call);
      case CallerGone(var call, var caller) -> calls.callerGone(call, caller);
      case CallersLost(var node) -> calls.callersLost(node);
      case Open open -> onOpen(open);
      case Register(var call, var parents, var replyTo) -> {
        record.registered(call, parents, now());
        keeping.save();
        describe(replyTo);
      }
      case Complete complete ->
          whenKnown(command, record.hasHeardOf(complete.call()), () -> onComplete(complete));
      case Close(var outcome, var replyTo) ->
          whenKnown(command, record.isKnown(), () -> onClose(outcome, replyTo));
      case Describe(var replyTo) -> whenKnown(command, record.isKnown(), () -> describe(replyTo));
      case Idle _ -> onIdle();
      case Leave _ -> passivateIfIdle();
      case Stop _ -> {
        return stopping();
      }
      case Loaded loaded -> onLoaded(loaded);
      case ReadAgain _ -> keeping.wake();
      case Saved _ -> {}
    }
    keeping
        .nextAlarm()
        .ifPresent(pause -> context.scheduleOnce(pause, context.getSelf(), new ReadAgain()));
    return Behaviors.same();
  }

  /// @param question whose answer may depend on what storage has
  /// @param isKnown whether it can be answered without
  private void whenKnown(Command question, boolean isKnown, Runnable answer) {
    if (!keeping.holds(question, isKnown)) {
      answer.run();
    }
  }

  private void onLoaded(Loaded loaded) {
    if (loaded.isSilent()) {
      keeping.wasSilent();
    } else {
      keeping.wasRead(loaded.view());
      keeping.takeQuestions().forEach(this::onCommand);
    }
  }

  private void onOpen(Open open) {
    record.opened(open.isMultithreaded(), open.parent(), open.metadata(), now());
    open.priority().ifPresent(said -> record.matters(said, now()));
    open.remainingCalls().ifPresent(said -> record.expects(said, now()));
    keeping.save();
    describe(open.replyTo());
  }

  private void onComplete(Complete complete) {
    record.completed(
        complete.call(), complete.usage(), complete.serviceNanos(), complete.succeeded(), now());
    keeping.save();
    describe(complete.replyTo());
  }

  private void onClose(ProgramView.State outcome, ActorRef<Described> replyTo) {
    if (record.isKnown()) {
      calls.close(outcome);
      keeping.save();
    }
    describe(replyTo);
  }

  private void describe(ActorRef<Described> replyTo) {
    replyTo.tell(
        new Described(
            record.isKnown()
                ? Optional.of(record.view(now()).withLatestCalls(MAX_SHOWN, MAX_SHOWN))
                : Optional.empty()));
  }

  private void onIdle() {
    calls.watchSilent();
    if (record.isExpired(now())) {
      record.close(ProgramView.State.TIMED_OUT, now());
      keeping.save();
    }
    passivateIfIdle();
  }

  private void passivateIfIdle() {
    if (record.openCalls() == 0) {
      passivate.accept(context.getSelf());
    }
  }

  /// Storage is asked once more where it was silent. Sharding sends nothing to a program that
  /// it has told to stop.
  private Behavior<Command> stopping() {
    if (keeping.isUnread()) {
      read();
    } else {
      saveRest();
    }
    return Behaviors.receive(Command.class)
        .onMessage(
            Loaded.class,
            loaded -> {
              onLoaded(loaded);
              saveRest();
              return Behaviors.same();
            })
        .onMessage(Saved.class, _ -> Behaviors.stopped())
        .onAnyMessage(_ -> Behaviors.same())
        .build();
  }

  private void saveRest() {
    keeping.saveRest();
    context.pipeToSelf(keeping.saved(), (_, _) -> new Saved());
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
