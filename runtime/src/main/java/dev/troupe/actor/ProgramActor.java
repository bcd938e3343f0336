package dev.troupe.actor;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.Node;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Remote;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/// One program: what it has attained and waited, its critical path, its open calls. Gives each call
/// its priority.
///
/// ```
///   arriving ──► loading ──standing loaded──► living ──idle──► passivated
///       └──────────── a new program ────────────┘
/// ```
///
/// The account is [ProgramRecord]'s. What must outlive the actor goes to [Standings], by way of
/// [ProgramKeeping]; what that has lost is taken from the hint that callers send along. Calls wait for the
/// first answer of storage, but not for long: one that comes late is taken in then. A program whose id
/// was made for one call is neither looked for in storage nor kept there before it has a second call, or
/// a priority: most never have, and what one call attained is in its caller's hint.
public final class ProgramActor {

  public sealed interface Command {}

  /// A call of the program asks for service; the program queues it with its scheduler. Sent again
  /// while the call waits, in case the program or the scheduler has moved: it is the same call then.
  ///
  /// @param source how the program was recognized
  /// @param isNew whether the program's id was made for this call, so that nothing is stored of it
  /// @param parent the program that spawned this one, where the caller says so
  /// @param hint the program's standing as the caller's node last heard it
  /// @param waitedNanos how long the call has waited already
  /// @param isAdmitted whether a scheduler has admitted it before
  /// @param excluded engines that failed it before
  /// @param priority how much the program matters from now on, where the caller says so
  /// @param remainingCalls how many calls are expected after this one, where the caller says so
  public record Submit(
      Call call,
      String source,
      boolean isNew,
      Optional<Program.Id> parent,
      Standing hint,
      long waitedNanos,
      boolean isAdmitted,
      Set<EngineId> excluded,
      OptionalInt priority,
      OptionalInt remainingCalls,
      ActorRef<CallActor.Command> replyTo)
      implements Command, Remote {
    public Submit {
      excluded = Set.copyOf(excluded);
    }
  }

  /// A call has been given an engine.
  ///
  /// @param promoted whether that was because the program was starving
  public record CallGranted(
      Call.Id call, EngineId engine, int level, boolean promoted, long waitedNanos)
      implements Command, Remote {}

  /// A call has ended; the program is charged.
  ///
  /// @param serviceNanos engine time attributed to it
  /// @param succeeded whether its answer was whole
  public record CallEnded(
      Call.Id call,
      EngineId engine,
      Usage usage,
      long serviceNanos,
      boolean succeeded,
      ActorRef<CallActor.Command> replyTo)
      implements Command, Remote {}

  /// Declares a call: one that comes later through Troupe with these parents, or one that runs
  /// elsewhere. Harmless when it is known.
  public record Register(Call.Id call, List<Call.Id> parents, ActorRef<Described> replyTo)
      implements Command, Remote {
    public Register {
      parents = List.copyOf(parents);
    }
  }

  /// Ends a registered call that ran elsewhere. Ignored when it is not known.
  ///
  /// @param serviceNanos engine time attributed to it
  public record Complete(
      Call.Id call, Usage usage, long serviceNanos, boolean succeeded, ActorRef<Described> replyTo)
      implements Command, Remote {}

  /// A call left without service.
  public record CallWithdrawn(Call.Id call) implements Command, Remote {}

  /// Declares the program. Harmless when it is known.
  ///
  /// @param isMultithreaded whether its calls run side by side
  /// @param priority how much it matters from now on, where that is said
  /// @param remainingCalls how many calls are expected from now on, where that is said
  public record Open(
      boolean isMultithreaded,
      Optional<Program.Id> parent,
      Map<String, String> metadata,
      OptionalInt priority,
      OptionalInt remainingCalls,
      ActorRef<Described> replyTo)
      implements Command, Remote {
    public Open {
      metadata = Map.copyOf(metadata);
    }
  }

  /// Ends the program; its open calls are cancelled.
  public record Close(ProgramView.State outcome, ActorRef<Described> replyTo)
      implements Command, Remote {}

  /// Asks for the program's view.
  public record Describe(ActorRef<Described> replyTo) implements Command, Remote {}

  /// What is known of the program.
  ///
  /// @param view empty when nothing is known of it
  public record Described(Optional<ProgramView> view) implements Remote {}

  /// There are too many programs on this node: one without open calls leaves memory now.
  record Leave() implements Command {}

  /// A node has left the cluster, and the callers on it are gone.
  record CallersLost(Node node) implements Command {}

  /// The program leaves memory, or this node: it ends once another node would find its standing.
  public record Stop() implements Command {}

  private record Saved() implements Command {}

  /// What storage says of the program.
  ///
  /// @param isSilent whether it has not answered
  private record Loaded(Optional<ProgramView> view, boolean isSilent) implements Command {}

  private record CallerGone(Call.Id call, ActorRef<CallActor.Command> caller) implements Command {}

  private record Idle() implements Command {}

  /// Storage was silent, and somebody waits for what it has, or something is to be written.
  private record ReadAgain() implements Command {}

  /// Open calls, and ended ones, that are shown to others, who may be on another node: a message has a
  /// largest size. About 300 bytes each, and more with many parents.
  private static final int MAX_SHOWN = 128;

  /// Messages held back while the program's standing is loaded.
  private static final int MAX_STASHED = 10_000;

  /// Creates the actor of one program.
  ///
  /// @param passivate called with the actor's reference when it may be stopped, by [Stop], since
  ///     nothing has happened for a while; it goes on until it is
  public static Behavior<Command> create(
      Program.Id id, ProgramPorts ports, Consumer<ActorRef<Command>> passivate) {
    return Behaviors.setup(context -> {
      ports.directory().tell(new DirectoryActor.ProgramStarted(id, context.getSelf()));
      context.setReceiveTimeout(ports.settings().passivateAfter(), new Idle());
      return new ProgramActor(context, id, ports, passivate).arriving();
    });
  }

  private final ActorContext<Command> context;
  private final Program.Id id;
  private final ProgramPorts ports;
  private final Consumer<ActorRef<Command>> passivate;
  private final ProgramRecord record;
  private final ProgramKeeping keeping;
  private final ProgramCallers callers = new ProgramCallers();

  private ProgramActor(
      ActorContext<Command> context,
      Program.Id id,
      ProgramPorts ports,
      Consumer<ActorRef<Command>> passivate) {
    this.context = context;
    this.id = id;
    this.ports = ports;
    this.passivate = passivate;
    this.record = new ProgramRecord(id, ports.settings(), ports.nanoClock().getAsLong());
    this.keeping = new ProgramKeeping(ports, record);
  }

  private Behavior<Command> arriving() {
    return Behaviors.receiveMessage(first -> {
      if (first instanceof Stop) {
        return Behaviors.stopped();
      }
      if (first instanceof Submit submit && submit.isNew()) {
        keeping.isNew();
        onSubmit(submit);
        return living();
      }
      read();
      return Behaviors.withStash(
          MAX_STASHED,
          stash -> {
            stash.stash(first);
            return loading(stash);
          });
    });
  }

  private void read() {
    context.pipeToSelf(
        keeping.read(),
        (view, failure) -> new Loaded(failure == null ? view : Optional.empty(), failure != null));
  }

  private Behavior<Command> loading(StashBuffer<Command> stash) {
    return Behaviors.receiveMessage(command -> {
      if (command instanceof Loaded loaded) {
        onLoaded(loaded);
        return stash.unstashAll(living());
      }
      stash.stash(command);
      return Behaviors.same();
    });
  }

  private void onLoaded(Loaded loaded) {
    if (loaded.isSilent()) {
      keeping.wasSilent();
    } else {
      keeping.wasRead(loaded.view());
      keeping.takeQuestions().forEach(this::onCommand);
    }
  }

  /// @param question whose answer may depend on what storage has
  /// @param isKnown whether it can be answered without
  private void whenKnown(Command question, boolean isKnown, Runnable answer) {
    if (!keeping.holds(question, isKnown)) {
      answer.run();
    }
  }

  private Behavior<Command> living() {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, this::onCommand)
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  /// Storage is asked once more where it was silent. Sharding sends nothing to a program that it has told
  /// to stop.
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

  private Behavior<Command> onCommand(Command command) {
    if (keeping.isToBeRead()) {
      read();
    }
    switch (command) {
      case Submit submit -> onSubmit(submit);
      case CallGranted(var call, var engine, int level, boolean promoted, long waitedNanos) ->
          record.granted(call, engine, level, promoted, waitedNanos, now());
      case CallEnded ended -> onEnded(ended);
      case CallWithdrawn(var call) -> withdraw(call);
      case CallerGone(var call, var caller) -> onCallerGone(call, caller);
      case CallersLost(var node) ->
          callers.lost(node).forEach(lost -> record.withdrawn(lost, now()));
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

  private void onOpen(Open open) {
    record.opened(open.isMultithreaded(), open.parent(), open.metadata(), now());
    open.priority().ifPresent(said -> record.matters(said, now()));
    open.remainingCalls().ifPresent(said -> record.expects(said, now()));
    keeping.save();
    describe(open.replyTo());
  }

  private void onSubmit(Submit submit) {
    var call = submit.call();
    var caller = submit.replyTo();
    if (!callers.admits(call.id(), caller, now())) {
      return;
    }
    watchSilent();
    // A call that asks again says what it said when it came; somebody may have said something else
    // since.
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

  private void onEnded(CallEnded ended) {
    callers.remove(ended.call());
    var standing =
        record.ended(
            ended.call(),
            ended.engine(),
            ended.usage(),
            ended.serviceNanos(),
            ended.succeeded(),
            now());
    ended.replyTo().tell(new CallActor.Served(standing));
    keeping.save();
  }

  private void withdraw(Call.Id call) {
    if (callers.remove(call).isPresent()) {
      record.withdrawn(call, now());
    }
  }

  /// An id may name a new call by now, whose caller lives.
  private void onCallerGone(Call.Id call, ActorRef<CallActor.Command> caller) {
    if (callers.remove(call, caller)) {
      record.withdrawn(call, now());
    }
  }

  private void onComplete(Complete complete) {
    record.completed(
        complete.call(), complete.usage(), complete.serviceNanos(), complete.succeeded(), now());
    keeping.save();
    describe(complete.replyTo());
  }

  private void onClose(ProgramView.State outcome, ActorRef<Described> replyTo) {
    if (record.isKnown()) {
      for (var call : record.close(outcome, now())) {
        callers.remove(call).ifPresent(caller -> caller.tell(new CallActor.ProgramEnded()));
      }
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

  private void watchSilent() {
    for (var silent : callers.silent(now())) {
      context.watchWith(silent.caller(), new CallerGone(silent.call(), silent.caller()));
    }
  }

  private void onIdle() {
    watchSilent();
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

  private Behavior<Command> stopped() {
    keeping.saveRest();
    return Behaviors.same();
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
