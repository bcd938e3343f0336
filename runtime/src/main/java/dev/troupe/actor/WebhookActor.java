package dev.troupe.actor;

import dev.troupe.actor.RunActor.Followed;
import dev.troupe.plan.Submission.Webhook;
import dev.troupe.run.Recorded;
import dev.troupe.run.Redelivery;
import dev.troupe.run.Redelivery.Again;
import dev.troupe.run.Redelivery.GivenUp;
import dev.troupe.run.Redelivery.Taken;
import dev.troupe.run.WebhookMessage;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Tells one webhook of one run's events, each after the one before was taken: a child of the run's actor,
/// which it follows as any client does, and never holds up.
///
/// How far it has come is kept after each message, so that whoever goes on with the run goes on after it; a
/// message whose receipt was not kept is sent again. A receiver that does not take a message in all its
/// attempts is given up.
final class WebhookActor {

  sealed interface Command {}

  private record From(long number) implements Command {}

  private record NotRead(Throwable cause) implements Command {}

  private record Heard(Followed followed) implements Command {}

  private record Unheard() implements Command {}

  private record Answered(Redelivery.Answer answer) implements Command {}

  private record Send() implements Command {}

  private record Kept() implements Command {}

  private record NotKept(Throwable cause) implements Command {}

  private record Retry() implements Command {}

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final int PAGE = 100;

  /// A fault of its own is met so often in a row; then the receiver is given up.
  private static final int RESTARTS = 5;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /// Kept where a receiver was given up.
  private static final long NOTHING_MORE = Long.MAX_VALUE;

  /// Events that are to be told.
  ///
  /// @param at of the next
  /// @param attempt of that, from 1
  /// @param isOver whether none follow them
  private record Batch(List<Recorded> events, int at, int attempt, boolean isOver) {

    boolean isDone() {
      return at == events.size();
    }

    Recorded event() {
      return events.get(at);
    }

    Batch next() {
      return new Batch(events, at + 1, 1, isOver);
    }

    Batch again() {
      return new Batch(events, at, attempt + 1, isOver);
    }
  }

  private final RunJournal.Key key;
  private final Webhook webhook;
  private final RunPorts ports;
  private final ActorRef<RunActor.Command> run;
  private final boolean isKept;
  private final long restored;
  private final RandomGenerator random;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;

  private WebhookActor(
      Assignment assignment,
      ActorRef<RunActor.Command> run,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.key = assignment.key();
    this.webhook = assignment.webhook();
    this.ports = assignment.ports();
    this.isKept = assignment.isKept();
    this.restored = assignment.restored();
    this.run = run;
    this.random = ports.random().get();
    this.context = context;
    this.timers = timers;
  }

  /// @param isKept whether it is kept how far it has come
  /// @param restored the number of the run's last event in storage: what a crash has undone happens anew
  record Assignment(
      RunJournal.Key key, Webhook webhook, RunPorts ports, boolean isKept, long restored) {}

  /// Ends when there is nothing more to tell, ever.
  static Behavior<Command> create(Assignment assignment, ActorRef<RunActor.Command> run) {
    Behavior<Command> telling =
        Behaviors.setup(context -> {
          context.setLoggerName(WebhookActor.class);
          return Behaviors.withTimers(
              timers -> new WebhookActor(assignment, run, context, timers).reading());
        });
    return Behaviors.supervise(telling)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(PAUSE, LONGEST_PAUSE, 0)
                .withResetBackoffAfter(LONGEST_PAUSE)
                .withMaxRestarts(RESTARTS));
  }

  private Behavior<Command> reading() {
    if (!isKept) {
      return following(1);
    }
    context.pipeToSelf(
        ports.webhooks().delivered(key),
        (number, failure) -> failure == null ? new From(number) : new NotRead(failure));
    return Behaviors.receive(Command.class)
        .onMessage(
            From.class,
            from ->
                from.number() == NOTHING_MORE
                    ? Behaviors.stopped()
                    : following(Math.min(from.number(), restored) + 1))
        .onMessage(NotRead.class, failed -> later("read", failed.cause()))
        .onMessage(Retry.class, _ -> reading())
        .build();
  }

  private Behavior<Command> later(String what, Throwable cause) {
    context.getLog().debug("how far a webhook has come cannot be {}: {}", what, cause.toString());
    timers.startSingleTimer(new Retry(), PAUSE);
    return Behaviors.same();
  }

  private Behavior<Command> following(long from) {
    context.ask(
        Followed.class,
        run,
        LIMIT,
        replyTo -> new RunActor.Follow(from, PAGE, PATIENCE, replyTo),
        (followed, failure) -> failure == null ? new Heard(followed) : new Unheard());
    return Behaviors.receive(Command.class)
        .onMessage(
            Heard.class,
            heard -> {
              var followed = heard.followed();
              return followed.events().isEmpty() && !followed.isOver()
                  ? following(from)
                  : sending(new Batch(followed.events(), 0, 1, followed.isOver()), from);
            })
        .onMessage(Unheard.class, _ -> following(from))
        .build();
  }

  /// @param from the number of the next event
  private Behavior<Command> sending(Batch batch, long from) {
    if (batch.isDone()) {
      return batch.isOver() ? Behaviors.stopped() : following(from);
    }
    var event = batch.event();
    var json = ports.webhooks().json(event);
    if (!webhook.events().isEmpty() && !webhook.events().contains(json.path("event").asText())) {
      return batch.next().isDone()
          ? keeping(event.sequence(), batch.next())
          : sending(batch.next(), event.sequence() + 1);
    }
    var message =
        WebhookMessage.of(
            key.toString(), key.run(), event, json, webhook, ports.clock().getAsLong());
    context.pipeToSelf(
        ports.webhooks().send(message),
        (answer, failure) ->
            new Answered(
                failure == null ? answer : Redelivery.Answer.never("it failed: " + failure)));
    return Behaviors.receive(Command.class)
        .onMessage(Answered.class, answered -> answered(batch, answered.answer()))
        .onMessage(Send.class, _ -> sending(batch.again(), from))
        .build();
  }

  private Behavior<Command> answered(Batch batch, Redelivery.Answer answer) {
    var rule = ports.settings().webhook().redelivery();
    return switch (rule.next(batch.attempt(), answer, random.nextDouble())) {
      case Taken _ -> keeping(batch.event().sequence(), batch.next());
      case Again(var pause) -> {
        timers.startSingleTimer(new Send(), pause);
        yield Behaviors.same();
      }
      case GivenUp(var why) -> {
        context.getLog().warn("the webhook of run {} is told nothing more: {}", key.run(), why);
        yield keeping(NOTHING_MORE, new Batch(List.of(), 0, 1, true));
      }
    };
  }

  private Behavior<Command> keeping(long upTo, Batch next) {
    if (!isKept) {
      return sending(next, upTo + 1);
    }
    context.pipeToSelf(
        ports.webhooks().keep(key, upTo),
        (_, failure) -> failure == null ? new Kept() : new NotKept(failure));
    return Behaviors.receive(Command.class)
        .onMessage(Kept.class, _ -> sending(next, upTo + 1))
        .onMessage(NotKept.class, failed -> later("kept", failed.cause()))
        .onMessage(Retry.class, _ -> keeping(upTo, next))
        .build();
  }
}
