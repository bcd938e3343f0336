package dev.troupe.actor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.program.Remote;
import dev.troupe.run.StepError;
import dev.troupe.run.WorkQueue;
import dev.troupe.run.WorkQueue.Assignment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// One function of a tenant: steps of runs bring it calls, workers take them. A worker is a process that
/// asks over HTTP, or a callback in a JVM of the cluster.
///
/// Knows nothing after a loss but what it is told again: steps say at intervals that they wait, and an
/// answer to a call that it does not know is held for the step that will.
public final class FunctionActor {

  public sealed interface Command {}

  /// A step wants the function called; said again while it waits.
  ///
  /// @param id of the call, in the cluster
  /// @param lease how long a worker may give no sign of life
  /// @param isBegun whether the step has heard that a worker has it
  public record Call(
      String id, JsonNode arguments, Duration lease, boolean isBegun, ActorRef<Heard> replyTo)
      implements Command, Remote {}

  /// The step does not need the call.
  public record Withdraw(String id) implements Command, Remote {}

  /// The step's node is leaving. Answered with [Recalled] where no worker has the call, else not at all.
  public record Recall(String id, ActorRef<Heard> replyTo) implements Command, Remote {}

  /// The worker that was given the call has not heard of it, for sure: the next one has it.
  public record GiveBack(String id) implements Command, Remote {}

  /// A worker asks for a call. Answered with none after `patience`.
  public record Take(Duration patience, ActorRef<Taken> replyTo) implements Command, Remote {}

  /// A worker is still at it.
  public record Extend(String id, ActorRef<Extended> replyTo) implements Command, Remote {}

  /// Whether an answer to a call would be of use.
  public record Find(String id, ActorRef<Found> replyTo) implements Command, Remote {}

  /// A worker has made the call.
  public record Finish(String id, JsonNode result) implements Command, Remote {}

  /// A worker could not make the call.
  public record Fail(String id, StepError error) implements Command, Remote {}

  /// Whether anybody has asked for calls lately.
  public record Describe(ActorRef<Described> replyTo) implements Command, Remote {}

  /// What a step hears of its call.
  public sealed interface Heard extends Remote {}

  /// A worker has it.
  public record Begun(String id) implements Heard {}

  /// No worker has it, though one seemed to.
  public record Waiting(String id) implements Heard {}

  /// No worker has it or will have it, as its step's node is leaving.
  public record Recalled(String id) implements Heard {}

  /// It was made.
  public record Made(String id, JsonNode result) implements Heard {}

  /// It was not, or it is not known whether it was.
  public record NotMade(String id, StepError error) implements Heard {}

  /// @param call none when there was none in time
  public record Taken(Optional<Given> call) implements Remote {}

  /// A call for a worker.
  public record Given(String id, JsonNode arguments, Duration lease) {}

  /// @param isHeld whether the worker still has the call
  public record Extended(boolean isHeld) implements Remote {}

  /// @param isKnown whether the call waits for its answer, as far as is known
  public record Found(boolean isKnown) implements Remote {}

  public record Described(boolean hasWorkers, int waiting) implements Remote {}

  private record Lapse(Take take) implements Command {}

  private record Look() implements Command {}

  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

  /// Answers held for steps that have not said yet that they wait for them, and calls taken back.
  private static final int MOST_HELD = 1_000;

  /// A worker that has asked within this time counts as there.
  private static final Duration LATELY = Duration.ofMinutes(10);

  /// Within this time all steps have said what they wait for, twice.
  private static final Duration LEARNING = Duration.ofSeconds(10);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Consumer<ActorRef<Command>> passivate;
  private final LongSupplier clock;
  private final long begunNanos;
  private final WorkQueue<Call, Take> queue = new WorkQueue<>();
  private final Map<String, Heard> held = new LinkedHashMap<>();

  /// Who took a call back: what it said before it knew is no call any more.
  private final Map<String, ActorRef<Heard>> recalled = new LinkedHashMap<>();

  private FunctionActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Consumer<ActorRef<Command>> passivate,
      LongSupplier clock) {
    this.context = context;
    this.timers = timers;
    this.passivate = passivate;
    this.clock = clock;
    this.begunNanos = clock.getAsLong();
  }

  /// @param passivate told by the actor, with itself, when nobody needs it any more
  /// @param clock monotonic nanoseconds
  public static Behavior<Command> create(
      Consumer<ActorRef<Command>> passivate, LongSupplier clock) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          timers.startTimerWithFixedDelay(new Look(), LOOK_INTERVAL);
          return new FunctionActor(context, timers, passivate, clock)
              .serving(clock.getAsLong(), OptionalLong.empty());
        }));
  }

  /// @param usedNanos when it was asked something last
  /// @param workedNanos when a worker asked last
  private Behavior<Command> serving(long usedNanos, OptionalLong workedNanos) {
    return Behaviors.receiveMessage(command -> {
      long now = clock.getAsLong();
      switch (command) {
        case Call call -> onCall(call, now);
        case Withdraw(var id) -> queue.remove(id);
        case Recall(var id, var replyTo) -> {
          if (queue.recall(id)) {
            keep(recalled, id, replyTo);
          }
          if (replyTo.equals(recalled.get(id))) {
            replyTo.tell(new Recalled(id));
          }
        }
        case GiveBack(var id) -> {
          queue.giveBack(id).ifPresent(call -> call.replyTo().tell(new Waiting(id)));
          queue.next(now).ifPresent(this::give);
        }
        case Take take -> {
          timers.startSingleTimer(take, new Lapse(take), take.patience());
          queue.ask(take, now).ifPresent(this::give);
          return serving(now, OptionalLong.of(now));
        }
        case Extend(var id, var replyTo) -> replyTo.tell(new Extended(extend(id, now)));
        case Find(var id, var replyTo) -> replyTo.tell(new Found(queue.has(id) || isLearning(now)));
        case Finish(var id, var result) -> answer(id, new Made(id, result));
        case Fail(var id, var error) -> answer(id, new NotMade(id, error));
        case Describe(var replyTo) ->
            replyTo.tell(new Described(isLately(workedNanos, now), queue.waiting()));
        case Lapse(var take) -> {
          if (queue.leave(take)) {
            take.replyTo().tell(new Taken(Optional.empty()));
          }
          return Behaviors.same();
        }
        case Look _ -> {
          lapse(now);
          if (queue.isEmpty() && now - usedNanos > LATELY.toNanos()) {
            passivate.accept(context.getSelf());
          }
          return Behaviors.same();
        }
      }
      return serving(now, workedNanos);
    });
  }

  /// A worker is not told that it has lost a call which this actor has yet to hear of.
  private boolean extend(String id, long now) {
    return queue.extend(id, now) || isLearning(now);
  }

  /// Whether there may be calls of which it was not told yet.
  private boolean isLearning(long now) {
    return now - begunNanos < LEARNING.toNanos();
  }

  private void onCall(Call call, long now) {
    if (call.replyTo().equals(recalled.get(call.id()))) {
      call.replyTo().tell(new Recalled(call.id()));
      return;
    }
    recalled.remove(call.id());
    var answer = held.remove(call.id());
    if (answer != null) {
      call.replyTo().tell(answer);
    } else if (call.isBegun()) {
      queue.adopt(call.id(), call, call.lease().toNanos(), now);
    } else {
      queue.add(call.id(), call, call.lease().toNanos(), now).ifPresent(this::give);
    }
  }

  private void give(Assignment<Call, Take> assignment) {
    var call = assignment.call();
    timers.cancel(assignment.worker());
    call.replyTo().tell(new Begun(call.id()));
    assignment
        .worker()
        .replyTo()
        .tell(new Taken(Optional.of(new Given(call.id(), call.arguments(), call.lease()))));
  }

  private void answer(String id, Heard answer) {
    queue
        .remove(id)
        .ifPresentOrElse(call -> call.replyTo().tell(answer), () -> keep(held, id, answer));
  }

  private static <T> void keep(Map<String, T> kept, String id, T value) {
    kept.put(id, value);
    if (kept.size() > MOST_HELD) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  private void lapse(long now) {
    for (var call : queue.lapsed(now)) {
      var error =
          new StepError(
              StepError.Code.CONNECTION_LOST,
              "its worker has given no sign of life for " + call.lease().toSeconds() + " s",
              true,
              true,
              OptionalLong.empty());
      call.replyTo().tell(new NotMade(call.id(), error));
    }
  }

  private static boolean isLately(OptionalLong atNanos, long now) {
    return atNanos.isPresent() && now - atNanos.getAsLong() < LATELY.toNanos();
  }
}
