package dev.troupe.cluster;

import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.FunctionActor.Given;
import dev.troupe.actor.Functions;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.program.Tenant;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Makes the calls of one function for runs that live at other nodes: asks for them, so many at a time, says
/// at intervals that it is still at them, and sends what came of them.
///
/// Told to stop it asks for no more, and ends with the last call that it has.
final class CallbackActor {

  sealed interface Command {}

  /// Take no more calls.
  record Stop() implements Command {}

  private record Taken(FunctionActor.Taken taken) implements Command {}

  private record NotTaken() implements Command {}

  private record Ask() implements Command {}

  private record Done(String id, Ended ended) implements Command {}

  private record Extend(String id) implements Command {}

  private record Extended(String id, boolean isHeld) implements Command {}

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// A worker says that it is still there so often within the time after which it would count as lost.
  private static final int SIGNS_PER_LEASE = 3;

  private final Functions functions;
  private final Tenant tenant;
  private final String name;
  private final StepFunction function;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Map<String, Doing> calls = new HashMap<>();

  private CallbackActor(
      Functions functions,
      Tenant tenant,
      String name,
      StepFunction function,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.functions = functions;
    this.tenant = tenant;
    this.name = name;
    this.function = function;
    this.context = context;
    this.timers = timers;
  }

  /// @param width calls at a time
  static Behavior<Command> create(
      Functions functions, Tenant tenant, String name, StepFunction function, int width) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          for (int asked = 0; asked < width; asked++) {
            context.getSelf().tell(new Ask());
          }
          return new CallbackActor(functions, tenant, name, function, context, timers)
              .working(0, false);
        }));
  }

  /// @param asked questions for a call that are not answered
  private Behavior<Command> working(int asked, boolean isStopping) {
    if (isStopping && asked == 0 && calls.isEmpty()) {
      return Behaviors.stopped();
    }
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> onCommand(command, asked, isStopping))
        .onSignal(
            PostStop.class,
            _ -> {
              calls.values().forEach(Doing::cancel);
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Command> onCommand(Command command, int asked, boolean isStopping) {
    switch (command) {
      case Ask _ -> {
        if (isStopping) {
          return Behaviors.same();
        }
        context.pipeToSelf(
            functions.take(tenant, name, PATIENCE),
            (taken, failure) -> failure == null ? new Taken(taken) : new NotTaken());
        return working(asked + 1, false);
      }
      case Taken(var taken) -> {
        taken.call().ifPresentOrElse(this::begin, () -> context.getSelf().tell(new Ask()));
        return working(asked - 1, isStopping);
      }
      case NotTaken _ -> {
        timers.startSingleTimer(new Object(), new Ask(), PAUSE);
        return working(asked - 1, isStopping);
      }
      case Done(var id, var ended) -> {
        end(id, ended);
        context.getSelf().tell(new Ask());
        return working(asked, isStopping);
      }
      case Extend(var id) ->
          context.pipeToSelf(
              functions.extend(tenant, name, id),
              (extended, failure) -> new Extended(id, failure != null || extended.isHeld()));
      case Extended(var id, boolean isHeld) -> {
        var call = calls.get(id);
        if (call != null && !isHeld) {
          call.cancel();
        }
      }
      case Stop _ -> {
        return working(asked, true);
      }
    }
    return Behaviors.same();
  }

  private void begin(Given call) {
    var doing = Callbacks.start(function, call.arguments());
    calls.put(call.id(), doing);
    timers.startTimerWithFixedDelay(
        call.id(), new Extend(call.id()), call.lease().dividedBy(SIGNS_PER_LEASE));
    context.pipeToSelf(doing.ended(), (ended, _) -> new Done(call.id(), ended));
  }

  private void end(String id, Ended ended) {
    calls.remove(id);
    timers.cancel(id);
    functions.tell(
        tenant,
        name,
        switch (ended) {
          case Finished(var result, _) -> new FunctionActor.Finish(id, result);
          case Failed(var error, _) -> new FunctionActor.Fail(id, error);
        });
  }
}
