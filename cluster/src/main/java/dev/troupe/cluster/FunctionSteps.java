package dev.troupe.cluster;

import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.FunctionActor.Begun;
import dev.troupe.actor.FunctionActor.Made;
import dev.troupe.actor.FunctionActor.NotMade;
import dev.troupe.actor.Functions;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.actor.StepRunner.Task;
import dev.troupe.run.Consumption;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.StepError;
import dev.troupe.run.StepInput;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Does the steps that functions do: in this JVM where it has the function; else brings the call to the
/// function's actor, for a worker, and again while it waits, in case that was lost.
final class FunctionSteps {

  private sealed interface Message {}

  private record Announce() implements Message {}

  private record Heard(FunctionActor.Heard heard) implements Message {}

  private record Cancel() implements Message {}

  private static final Duration ANNOUNCE_INTERVAL = Duration.ofSeconds(5);

  /// Where a step does not say how long its worker may give no sign of life.
  private static final Duration USUAL_LEASE = Duration.ofSeconds(60);

  private final ActorSystem<?> system;
  private final Functions functions;
  private final Callbacks callbacks;

  FunctionSteps(ActorSystem<?> system, Functions functions) {
    this.system = system;
    this.functions = functions;
    this.callbacks = Callbacks.of(system);
  }

  /// A function that this JVM has is called at once, without a worker that asks for it.
  Doing start(Task task, StepInput.Function input) {
    return callbacks
        .find(task.run().tenant(), input.name())
        .map(function -> Callbacks.start(function, input.arguments()))
        .orElseGet(() -> startElsewhere(task, input));
  }

  private Doing startElsewhere(Task task, StepInput.Function input) {
    var ended = new CompletableFuture<Ended>();
    ActorRef<Message> actor =
        system.systemActorOf(
            waiting(task, input, ended), "function-step-" + UUID.randomUUID(), Props.empty());
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return ended;
      }

      @Override
      public void cancel() {
        actor.tell(new Cancel());
      }
    };
  }

  private Behavior<Message> waiting(
      Task task, StepInput.Function input, CompletableFuture<Ended> ended) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          timers.startTimerWithFixedDelay(new Announce(), Duration.ZERO, ANNOUNCE_INTERVAL);
          var listener = context.messageAdapter(FunctionActor.Heard.class, Heard::new);
          return waiting(task, input, ended, listener, false);
        }));
  }

  private Behavior<Message> waiting(
      Task task,
      StepInput.Function input,
      CompletableFuture<Ended> ended,
      ActorRef<FunctionActor.Heard> listener,
      boolean isBegun) {
    var id = task.run().run() + "/" + task.step().step() + "#" + task.step().attempt();
    var idle = task.step().idleTimeoutMillis();
    var lease = idle.isPresent() ? Duration.ofMillis(idle.getAsLong()) : USUAL_LEASE;
    return Behaviors.receiveMessage(message -> {
      switch (message) {
        case Announce _ -> {
          functions.tell(
              task.run().tenant(),
              input.name(),
              new FunctionActor.Call(id, input.arguments(), lease, isBegun, listener));
          return Behaviors.same();
        }
        case Heard(Begun _) -> {
          return waiting(task, input, ended, listener, true);
        }
        case Heard(Made(_, var result)) -> ended.complete(new Finished(result, Consumption.CALL));
        case Heard(NotMade(_, var error)) -> ended.complete(new Failed(error, Consumption.CALL));
        case Cancel _ -> {
          functions.tell(task.run().tenant(), input.name(), new FunctionActor.Withdraw(id));
          ended.complete(
              new Failed(
                  StepError.lasting(StepError.Code.CANCELLED, "cancelled before it ended"),
                  Consumption.NONE));
        }
      }
      return Behaviors.stopped();
    });
  }
}
