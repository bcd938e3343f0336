package dev.troupe.actor;

import dev.troupe.actor.Schedules.Created;
import dev.troupe.actor.Schedules.Creation;
import dev.troupe.actor.Schedules.Deletion;
import dev.troupe.actor.Schedules.Listing;
import dev.troupe.program.Remote;
import dev.troupe.program.Tenant;
import dev.troupe.run.Reloading;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunView;
import dev.troupe.run.Timetable;
import dev.troupe.run.Timetable.Firing;
import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Begins runs by the clock. There is one in the cluster; that two begin the same run, as around a move, is
/// seen by the run's id, and comes to one run.
///
/// A run is begun before it is noted that it was: after a crash in between it is begun again, and found to
/// be there.
public final class ScheduleActor {

  public sealed interface Command {}

  public record Create(Scheduled scheduled, ActorRef<Creation> replyTo)
      implements Command, Remote {}

  public record Delete(Key key, ActorRef<Deletion> replyTo) implements Command, Remote {}

  /// @param id of the only one that is wanted
  public record ListSchedules(Tenant tenant, Optional<String> id, ActorRef<Listing> replyTo)
      implements Command, Remote {}

  private record Load() implements Command {}

  private record Loaded(List<Scheduled> schedules) implements Command {}

  private record NotLoaded(Throwable cause) implements Command {}

  private record Stored(Create create, Created created) implements Command {}

  private record Deleted(Delete delete, boolean isDone) implements Command {}

  private record Tick() implements Command {}

  private record Look() implements Command {}

  private record Begun(Firing firing, Optional<String> refusal) implements Command {}

  private record NotBegun(Firing firing, String cause) implements Command {}

  private record Seen(Key key, Optional<RunView> run) implements Command {}

  private record NotSeen() implements Command {}

  private record Kept(Optional<Throwable> failure) implements Command {}

  /// What schedules take of memory: some kilobytes each, and their plans.
  private static final int MOST = 10_000;

  /// Of one tenant, so that it leaves room for others.
  private static final int MOST_OF_ONE = 2_000;

  private static final int STASHED = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// The clock may be set: the time is looked at this often.
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final StashBuffer<Command> stash;
  private final ScheduleStore store;
  private final Runs runs;
  private final LongSupplier clock;
  private final Timetable timetable = new Timetable();
  private final Reloading reloading = new Reloading();

  private ScheduleActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StashBuffer<Command> stash,
      ScheduleStore store,
      Runs runs,
      LongSupplier clock) {
    this.context = context;
    this.timers = timers;
    this.stash = stash;
    this.store = store;
    this.runs = runs;
    this.clock = clock;
  }

  /// @param clock wall-clock milliseconds
  public static Behavior<Command> create(ScheduleStore store, Runs runs, LongSupplier clock) {
    return Behaviors.setup(context -> {
      context.setLoggerName(ScheduleActor.class);
      return Behaviors.withTimers(timers ->
          Behaviors.withStash(
              STASHED,
              stash -> new ScheduleActor(context, timers, stash, store, runs, clock).loading()));
    });
  }

  /// Nobody is answered before what is stored is known.
  private Behavior<Command> loading() {
    load();
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Loaded(var schedules) -> {
            reloading.ended(schedules).forEach(scheduled -> timetable.put(scheduled, now()));
            timers.startTimerWithFixedDelay(new Look(), PAUSE);
            wakeInTime();
            yield stash.unstashAll(Behaviors.receiveMessage(this::onCommand));
          }
          case NotLoaded(var cause) -> {
            reloading.ended(List.of());
            context.getLog().warn("schedules cannot be read: {}", cause.toString());
            timers.startSingleTimer(new Load(), PAUSE);
            yield Behaviors.same();
          }
          case Load _ -> {
            load();
            yield Behaviors.same();
          }
          case Create _, Delete _, ListSchedules _ -> {
            if (!stash.isFull()) {
              stash.stash(command);
            }
            yield Behaviors.same();
          }
          case Stored _,
              Deleted _,
              Tick _,
              Look _,
              Begun _,
              NotBegun _,
              Seen _,
              NotSeen _,
              Kept _ ->
              Behaviors.same();
        });
  }

  private void load() {
    reloading.begun();
    context.pipeToSelf(
        store.load(),
        (schedules, failure) -> failure == null ? new Loaded(schedules) : new NotLoaded(failure));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Create create -> onCreate(create);
      case Delete delete ->
          context.pipeToSelf(
              store.delete(delete.key()), (_, failure) -> new Deleted(delete, failure == null));
      case ListSchedules list -> {
        list(list);
        return Behaviors.same();
      }
      case Stored(var create, var created) -> {
        if (created == Created.DONE) {
          timetable.put(create.scheduled(), now());
        } else if (created == Created.EXISTS) {
          // Written by an attempt whose answer was lost, or by another node around a move.
          load();
        }
        create.replyTo().tell(new Creation(created));
      }
      case Deleted(var delete, var isDone) -> {
        if (isDone) {
          reloading.deleted(delete.key());
          delete.replyTo().tell(new Deletion(timetable.remove(delete.key())));
        }
      }
      case Tick _ -> timetable.due(now()).forEach(this::begin);
      case Look _ -> {
        timetable.awaited().forEach(this::look);
        // The next is due when it was.
        return Behaviors.same();
      }
      case Begun(var firing, var refusal) -> {
        refusal.ifPresent(
            why -> context.getLog().warn("schedule {} begins no run: {}", firing.key().id(), why));
        timetable.fired(firing, refusal, now()).ifPresent(this::keep);
      }
      case NotBegun(var firing, var cause) -> {
        context.getLog().warn("a scheduled run is begun again: {}", cause);
        timetable.postpone(firing, now().plus(PAUSE));
      }
      case Seen(var key, var run) -> onSeen(key, run);
      case Kept(var failure) ->
          failure.ifPresent(
              cause -> context.getLog().warn("a schedule cannot be written: {}", cause.toString()));
      case Loaded(var schedules) ->
          reloading.ended(schedules).stream()
              .filter(scheduled -> timetable.find(scheduled.key()).isEmpty())
              .forEach(scheduled -> timetable.put(scheduled, now()));
      // It is looked at again soon.
      case NotSeen _, Load _ -> {}
      case NotLoaded _ -> reloading.ended(List.of());
    }
    wakeInTime();
    return Behaviors.same();
  }

  private void list(ListSchedules list) {
    var found =
        list.id()
            .map(id -> timetable.find(new Key(list.tenant(), id)).stream().toList())
            .orElseGet(() -> timetable.of(list.tenant()));
    list.replyTo().tell(new Listing(found.stream().map(Scheduled::outline).toList()));
  }

  private void onCreate(Create create) {
    if (timetable.find(create.scheduled().key()).isPresent()) {
      create.replyTo().tell(new Creation(Created.EXISTS));
    } else if (timetable.size() >= MOST
        || timetable.count(create.scheduled().key().tenant()) >= MOST_OF_ONE) {
      create.replyTo().tell(new Creation(Created.TOO_MANY));
    } else {
      context.pipeToSelf(
          store.insert(create.scheduled()),
          (created, failure) -> new Stored(create, failure == null ? created : Created.NOT_STORED));
    }
  }

  private void begin(Firing firing) {
    var run = new RunJournal.Key(firing.key().tenant(), firing.submit().run());
    context.pipeToSelf(
        runs.ask(run, firing.submit()),
        (reply, failure) ->
            failure == null
                ? begun(firing, reply.refusal())
                : new NotBegun(firing, failure.toString()));
  }

  /// Where there is no room now, there will be.
  private static Command begun(Firing firing, Optional<RunRefusal> refusal) {
    return refusal
        .filter(each -> each.code() == RunRefusal.Code.GRAPH_FULL)
        .<Command>map(full -> new NotBegun(firing, full.message()))
        .orElseGet(() ->
            new Begun(
                firing,
                refusal
                    .filter(each -> each.code() != RunRefusal.Code.RUN_EXISTS)
                    .map(RunRefusal::message)));
  }

  /// Whether the run that the next one waits for has ended.
  private void look(Scheduled scheduled) {
    scheduled
        .latest()
        .ifPresent(run ->
            context.pipeToSelf(
                runs.describe(new RunJournal.Key(scheduled.key().tenant(), run), 0, 1),
                (described, failure) ->
                    failure == null ? new Seen(scheduled.key(), described.run()) : new NotSeen()));
  }

  /// A run that is not there any more has ended.
  private void onSeen(Key key, Optional<RunView> run) {
    boolean goesOn = run.filter(view -> !view.state().isTerminal()).isPresent();
    if (!goesOn) {
      var ended = run.map(view -> Instant.ofEpochMilli(view.endedAtMillis())).orElseGet(this::now);
      timetable.ended(key, ended, now()).ifPresent(this::keep);
    }
  }

  private void keep(Scheduled scheduled) {
    context.pipeToSelf(
        store.update(scheduled), (_, failure) -> new Kept(Optional.ofNullable(failure)));
  }

  private void wakeInTime() {
    var next = timetable.nextMillis();
    if (next.isPresent()) {
      long millis = Math.max(0, next.getAsLong() - clock.getAsLong());
      timers.startSingleTimer(new Tick(), Duration.ofMillis(Math.min(millis, LONGEST.toMillis())));
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.getAsLong());
  }
}
