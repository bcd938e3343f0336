package dev.troupe.cluster;

import dev.troupe.actor.RunJournal;
import dev.troupe.actor.ScheduleStore;
import dev.troupe.program.Tenant;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunId;
import dev.troupe.run.RunState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The histories of runs in the database that standing is in: a file of this node's own, or a server that
/// the nodes of a cluster share.
public final class StoredRuns implements RunJournal {

  /// Over what [JournalActor] takes at most, under what the cluster allows.
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(9);

  private final StorageSettings settings;
  private final RunTable table;
  private final StorageThreads threads;
  private final ActorRef<JournalActor.Command> writer;

  private StoredRuns(
      StorageSettings settings,
      RunTable table,
      StorageThreads threads,
      ActorRef<JournalActor.Command> writer) {
    this.settings = settings;
    this.table = table;
    this.threads = threads;
    this.writer = writer;
  }

  /// Opens the database when it is first needed. Closes it when the system shuts down, after runs have
  /// been stopped.
  ///
  /// @param retention how long the history of a run that is over is kept
  public static StoredRuns start(
      ActorSystem<?> system, StorageSettings settings, Duration retention) {
    var table = new RunTable(settings);
    var threads = StorageThreads.of(system);
    var writer =
        system.systemActorOf(
            Behaviors.supervise(JournalActor.create(settings, retention, table, threads))
                .onFailure(SupervisorStrategy.restart()),
            "runs-journal",
            Props.empty());
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "write runs",
            () ->
                AskPattern.<JournalActor.Command, Done>ask(
                    writer, JournalActor.Close::new, CLOSE_TIMEOUT, system.scheduler()));
    return new StoredRuns(settings, table, threads, writer);
  }

  /// Schedules, which lie beside the runs.
  ScheduleStore schedules() {
    return new StoredSchedules(new ScheduleTable(settings, table.connections()), threads);
  }

  @Override
  public CompletionStage<Done> append(Head head, List<Recorded> events) {
    var appended = new CompletableFuture<Done>();
    var growth =
        new RunTable.Growth(
            row(head),
            events.stream()
                .map(event -> new RunTable.Entry(event.sequence(), EventCodec.bytes(event)))
                .toList());
    writer.tell(new JournalActor.Append(growth, appended));
    return appended;
  }

  @Override
  public CompletionStage<List<Recorded>> read(Key key, long from, int most) {
    return asking(() ->
        table.read(key(key), from, most).stream()
            .map(entry -> EventCodec.event(entry.content()))
            .toList());
  }

  @Override
  public CompletionStage<List<Head>> list(Tenant tenant, Selection selection, int most) {
    return asking(() ->
        table.list(tenant.name(), selection(selection), most).stream()
            .map(StoredRuns::head)
            .toList());
  }

  private static RunTable.Selection selection(Selection selection) {
    return new RunTable.Selection(
        selection.states().stream().map(RunState::word).sorted().toList(),
        selection.fromMillis(),
        selection.untilMillis(),
        selection
            .after()
            .map(after -> new RunTable.Position(after.createdMillis(), after.run().value())));
  }

  @Override
  public CompletionStage<Optional<Head>> head(Key key) {
    return asking(() -> table.head(key(key)).map(StoredRuns::head));
  }

  @Override
  public CompletionStage<List<Key>> open(Optional<Key> after, int most) {
    return asking(
        () -> table.open(after.map(StoredRuns::key), most).stream().map(StoredRuns::key).toList());
  }

  /// The number of the last event of a run that its webhook was told of; 0 before the first.
  CompletionStage<Long> delivered(Key key) {
    return asking(() -> table.deliveries().read(key(key)));
  }

  CompletionStage<Done> keepDelivered(Key key, long upTo) {
    return asking(() -> {
      table.deliveries().write(key(key), upTo);
      return Done.getInstance();
    });
  }

  /// Once more from the beginning when it fails: the tables may not be there yet, a connection be lost.
  private <T> CompletionStage<T> asking(Callable<T> question) {
    return threads.run(() -> {
      try {
        return question.call();
      } catch (SQLException failed) {
        table.open();
        return question.call();
      }
    });
  }

  private static RunTable.Key key(Key key) {
    return new RunTable.Key(key.tenant().name(), key.run().value());
  }

  private static Key key(RunTable.Key key) {
    return new Key(new Tenant(key.tenant()), new RunId(key.run()));
  }

  private static RunTable.Head row(Head head) {
    return new RunTable.Head(
        key(head.key()),
        head.state().word(),
        head.isOver(),
        head.createdMillis(),
        head.updatedMillis(),
        EventCodec.bytes(head.metadata()));
  }

  private static Head head(RunTable.Head row) {
    return new Head(
        key(row.key()),
        RunState.valueOf(row.state().toUpperCase(Locale.ROOT)),
        row.isOver(),
        row.createdMillis(),
        row.updatedMillis(),
        EventCodec.metadata(row.details()));
  }
}
