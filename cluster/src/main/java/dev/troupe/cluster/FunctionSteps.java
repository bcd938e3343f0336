package dev.troupe.cluster;

import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.FunctionActor.Begun;
import dev.troupe.actor.FunctionActor.Made;
import dev.troupe.actor.FunctionActor.NotMade;
import dev.troupe.actor.FunctionActor.Recalled;
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

  private record GiveBack() implements Message {}

  /// What is told of a call.
  ///
  /// @param isGivenBack completes with whether no worker began it before its node left
  private record Ends(CompletableFuture<Ended> ended, CompletableFuture<Boolean> isGivenBack) {}

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
    var ends = new Ends(new CompletableFuture<>(), new CompletableFuture<>());
    ActorRef<Message> actor =
        system.systemActorOf(
            waiting(task, input, ends), "function-step-" + UUID.randomUUID(), Props.empty());
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return ends.ended();
      }

      @Override
      public CompletionStage<Boolean> giveBack() {
        actor.tell(new GiveBack());
        return ends.isGivenBack();
      }

      @Override
      public void cancel() {
        actor.tell(new Cancel());
      }
    };
  }

  private Behavior<Message> waiting(Task task, StepInput.Function input, Ends ends) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          timers.startTimerWithFixedDelay(new Announce(), Duration.ZERO, ANNOUNCE_INTERVAL);
          var listener = context.messageAdapter(FunctionActor.Heard.class, Heard::new);
          return new Waiting(functions, task, input, ends, listener).waiting(false, false);
        }));
  }

  /// A call that a worker is to make.
  private record Waiting(
      Functions functions,
      Task task,
      StepInput.Function input,
      Ends ends,
      ActorRef<FunctionActor.Heard> listener) {

    /// @param isBegun whether a worker has it
    /// @param isLeaving whether the call is to be given back if no worker has it
    Behavior<Message> waiting(boolean isBegun, boolean isLeaving) {
      return Behaviors.receiveMessage(message -> {
        switch (message) {
          case Announce _ -> {
            announce(isBegun);
            if (isLeaving && !isBegun) {
              recall();
            }
            return Behaviors.same();
          }
          case GiveBack _ -> {
            if (!isBegun) {
              recall();
            }
            return waiting(isBegun, true);
          }
          case Heard(Begun _) -> {
            return waiting(true, isLeaving);
          }
          case Heard(FunctionActor.Waiting _) -> {
            if (isLeaving) {
              recall();
            }
            return waiting(false, isLeaving);
          }
          case Heard(Recalled _) -> ends.isGivenBack().complete(true);
          case Heard(Made(_, var result)) -> end(new Finished(result, Consumption.CALL));
          case Heard(NotMade(_, var error)) -> end(new Failed(error, Consumption.CALL));
          case Cancel _ -> {
            tell(new FunctionActor.Withdraw(id()));
            end(
                new Failed(
                    StepError.lasting(StepError.Code.CANCELLED, "cancelled before it ended"),
                    Consumption.NONE));
          }
        }
        return Behaviors.stopped();
      });
    }

    private void end(Ended how) {
      ends.isGivenBack().complete(false);
      ends.ended().complete(how);
    }

    private void announce(boolean isBegun) {
      var idle = task.step().idleTimeoutMillis();
      var lease = idle.isPresent() ? Duration.ofMillis(idle.getAsLong()) : USUAL_LEASE;
      tell(new FunctionActor.Call(id(), input.arguments(), lease, isBegun, listener));
    }

    /// After the call itself: where its actor has just begun, it has to hear of it first.
    private void recall() {
      tell(new FunctionActor.Recall(id(), listener));
    }

    private void tell(FunctionActor.Command command) {
      functions.tell(task.run().tenant(), input.name(), command);
    }

    private String id() {
      return task.run().run() + "/" + task.step().step() + "#" + task.step().attempt();
    }
  }
}
