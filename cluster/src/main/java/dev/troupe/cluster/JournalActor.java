package dev.troupe.cluster;

import dev.troupe.cluster.RunTable.ConflictException;
import dev.troupe.cluster.RunTable.Growth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Writes the histories of runs, one batch at a time: what arrives while a batch is being written is the
/// next, so a run that is alone waits for one commit, and a thousand together for two.
///
/// While the database is away nothing is lost and nothing is confirmed: batches are tried again, with
/// pauses that grow, until they are in.
final class JournalActor {

  sealed interface Command {}

  /// @param appended completes once the entries are kept; fails when the run has been written to by
  ///     another node. Until then no more is to be appended to the run
  record Append(Growth growth, CompletableFuture<Done> appended) implements Command {}

  /// Writes what is held, once, and answers.
  record Close(ActorRef<Done> replyTo) implements Command {}

  private record Written() implements Command {}

  /// The batch as a whole was refused, for the sake of one run in it or more.
  private record Conflicted() implements Command {}

  /// It is another node that has written to the run.
  private record Lost() implements Command {}

  private record Failed(Throwable cause) implements Command {}

  private record Retry() implements Command {}

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(7);

  private record GiveUp() implements Command {}

  private record Expire() implements Command {}

  private record NotExpired(Throwable cause) implements Command {}

  private record Expired() implements Command {}

  /// @param retention how long the history of a run that is over is kept
  static Behavior<Command> create(
      StorageSettings settings, Duration retention, RunTable table, StorageThreads threads) {
    return Behaviors.setup(context -> {
      context.setLoggerName(JournalActor.class);
      return Behaviors.withTimers(timers -> {
        timers.startTimerWithFixedDelay(new Expire(), settings.expiryInterval());
        return new JournalActor(settings, retention, table, threads, context, timers).idle(false);
      });
    });
  }

  private final StorageSettings settings;
  private final Duration retention;
  private final RunTable table;
  private final StorageThreads threads;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final List<Append> gathered = new ArrayList<>();
  private final List<ActorRef<Done>> closers = new ArrayList<>();

  private JournalActor(
      StorageSettings settings,
      Duration retention,
      RunTable table,
      StorageThreads threads,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.settings = settings;
    this.retention = retention;
    this.table = table;
    this.threads = threads;
    this.context = context;
    this.timers = timers;
  }

  /// @param isOpen whether the tables are known to be there
  private Behavior<Command> idle(boolean isOpen) {
    if (!gathered.isEmpty()) {
      return write(takeBatch(), isOpen, 0);
    }
    if (!closers.isEmpty()) {
      closers.forEach(closer -> closer.tell(Done.getInstance()));
      table.close();
      return Behaviors.stopped();
    }
    return Behaviors.receive(Command.class)
        .onMessage(
            Append.class,
            append -> {
              gathered.add(append);
              return idle(isOpen);
            })
        .onMessage(
            Close.class,
            close -> {
              closers.add(close.replyTo());
              return idle(isOpen);
            })
        .onMessage(
            Expire.class,
            _ -> {
              expire();
              return Behaviors.same();
            })
        .onMessage(
            NotExpired.class,
            failed -> {
              note(failed);
              return Behaviors.same();
            })
        .onAnyMessage(_ -> Behaviors.same())
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  /// What fails is tried again with the next interval.
  private void expire() {
    context.pipeToSelf(
        threads.run(
            () -> table.deleteOverBefore(System.currentTimeMillis() - retention.toMillis())),
        (_, failure) -> failure == null ? new Expired() : new NotExpired(causeOf(failure)));
  }

  private void note(NotExpired failed) {
    context.getLog().warn("old runs are not deleted yet: {}", StorageFailure.text(failed.cause()));
  }

  private List<Append> takeBatch() {
    var first = gathered.subList(0, Math.min(gathered.size(), settings.maxBatch()));
    var batch = List.copyOf(first);
    first.clear();
    return batch;
  }

  /// @param failures attempts in a row that have failed
  private Behavior<Command> write(List<Append> batch, boolean isOpen, int failures) {
    var growths = batch.stream().map(Append::growth).toList();
    context.pipeToSelf(
        threads.run(() -> {
          if (!isOpen) {
            table.open();
          }
          table.append(growths);
          return Done.getInstance();
        }),
        (_, failure) -> {
          if (failure == null) {
            return new Written();
          }
          return causeOf(failure) instanceof ConflictException
              ? new Conflicted()
              : new Failed(causeOf(failure));
        });
    return writing(batch, failures);
  }

  private Behavior<Command> writing(List<Append> batch, int failures) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> onWriting(command, batch, failures))
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  private Behavior<Command> onWriting(Command command, List<Append> batch, int failures) {
    return switch (command) {
      case Append append -> {
        gathered.add(append);
        yield Behaviors.same();
      }
      case Close(var replyTo) -> {
        closers.add(replyTo);
        timers.startSingleTimer(new GiveUp(), CLOSE_LIMIT);
        yield Behaviors.same();
      }
      case Written _ -> {
        if (failures > 0) {
          context.getLog().info("storage of runs is back, {} written", batch.size());
        }
        batch.forEach(append -> append.appended().complete(Done.getInstance()));
        yield idle(true);
      }
      case Conflicted _ -> separate(batch, failures);
      case Lost _ -> lost(batch);
      case Failed(var cause) -> failed(cause, batch, failures + 1);
      case Retry _ -> write(batch, false, failures);
      case Expire _ -> {
        expire();
        yield Behaviors.same();
      }
      case NotExpired failed -> {
        note(failed);
        yield Behaviors.same();
      }
      case Expired _ -> Behaviors.same();
      case GiveUp _ -> giveUp(batch);
    };
  }

  /// One run's conflict is not to hold up the others. After a failure the conflict may be with what was
  /// written then.
  private Behavior<Command> separate(List<Append> batch, int failures) {
    if (batch.size() > 1) {
      int half = batch.size() / 2;
      gathered.addAll(0, batch.subList(half, batch.size()));
      return write(batch.subList(0, half), true, failures);
    }
    var growth = batch.getFirst().growth();
    context.pipeToSelf(
        threads.run(() -> failures > 0 && table.has(growth)),
        (isThere, failure) ->
            failure != null ? new Failed(causeOf(failure)) : isThere ? new Written() : new Lost());
    return writing(batch, failures);
  }

  private Behavior<Command> lost(List<Append> batch) {
    batch.forEach(append ->
        append
            .appended()
            .completeExceptionally(
                new IllegalStateException("another node has written to this run")));
    return idle(true);
  }

  private Behavior<Command> failed(Throwable cause, List<Append> batch, int failures) {
    if (failures == 1) {
      context
          .getLog()
          .warn(
              "storage of runs ({}) fails; runs whose history is kept wait until it works: {}",
              settings.kind().text(),
              StorageFailure.text(cause));
    }
    timers.startSingleTimer(new Retry(), settings.backoff(failures));
    return writing(batch, failures);
  }

  private Behavior<Command> giveUp(List<Append> batch) {
    context
        .getLog()
        .warn(
            "{} changes of runs are not kept: storage does not answer",
            batch.size() + gathered.size());
    closers.forEach(closer -> closer.tell(Done.getInstance()));
    return Behaviors.stopped();
  }

  private Behavior<Command> stopped() {
    gathered.forEach(append ->
        append.appended().completeExceptionally(new IllegalStateException("the node ends")));
    // It waits for what is under way.
    threads.run(() -> {
      table.close();
      return Done.getInstance();
    });
    return Behaviors.same();
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
