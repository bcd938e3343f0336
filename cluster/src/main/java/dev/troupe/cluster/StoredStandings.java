package dev.troupe.cluster;

import dev.troupe.actor.Standings;
import dev.troupe.cluster.StandingsActor.AwaitSaved;
import dev.troupe.cluster.StandingsActor.Close;
import dev.troupe.cluster.StandingsActor.Command;
import dev.troupe.cluster.StandingsActor.DescribeHealth;
import dev.troupe.cluster.StandingsActor.Load;
import dev.troupe.cluster.StandingsActor.LoadAnswer;
import dev.troupe.cluster.StandingsActor.Loaded;
import dev.troupe.cluster.StandingsActor.NotLoaded;
import dev.troupe.cluster.StandingsActor.Save;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// Standing in a database: a file of this node's own, or a server that the nodes of a cluster share.
///
/// A crash, of the process or of the machine, loses what was saved within the latest `flush-interval`
/// and the time that two batches take to write: the one under way and the next. An orderly shutdown
/// loses nothing that the database takes in time. While the database is away, or silent, programs go
/// on and are held in memory.
public final class StoredStandings implements Standings {

  /// Over what [StandingsActor] takes at most, under what the cluster allows.
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(9);

  /// Beside what the database may take.
  private static final Duration ANSWERING = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final StorageSettings settings;
  private final ActorRef<Command> actor;

  private StoredStandings(
      ActorSystem<?> system, StorageSettings settings, ActorRef<Command> actor) {
    this.system = system;
    this.settings = settings;
    this.actor = actor;
  }

  /// Opens the database in the background; the node starts without it. Closes it when the system shuts down, after programs have
  /// been stopped.
  public static StoredStandings start(ActorSystem<?> system, StorageSettings settings) {
    var stored = new StoredPrograms(new ProgramTable(settings), StorageThreads.of(system));
    var actor =
        system.systemActorOf(StandingsActor.create(settings, stored), "standings", Props.empty());
    var standings = new StoredStandings(system, settings, actor);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "write standings",
            standings::close);
    return standings;
  }

  @Override
  public CompletionStage<Optional<ProgramView>> load(Program.Id program) {
    return AskPattern.<Command, LoadAnswer>ask(
            actor,
            replyTo -> new Load(program, replyTo),
            settings.loadTimeout(),
            system.scheduler())
        .thenCompose(answer ->
            switch (answer) {
              case Loaded(var view) -> CompletableFuture.completedStage(view);
              case NotLoaded _ ->
                  CompletableFuture.failedStage(
                      new IllegalStateException("storage does not answer"));
            });
  }

  @Override
  public void save(ProgramView program) {
    actor.tell(new Save(program.withLatestCalls(settings.keptCalls(), settings.keptOpenCalls())));
  }

  @Override
  public CompletionStage<Done> saved(Program.Id program) {
    return AskPattern.<Command, Done>ask(
            actor, replyTo -> new AwaitSaved(program, replyTo), writingTime(), system.scheduler())
        .exceptionally(_ -> Done.getInstance());
  }

  /// The batch under way, and the one that gathers behind it.
  private Duration writingTime() {
    return settings.answerTimeout().multipliedBy(2).plus(settings.flushInterval()).plus(ANSWERING);
  }

  @Override
  public CompletionStage<Health> health() {
    return AskPattern.<Command, Health>ask(
            actor, DescribeHealth::new, settings.loadTimeout(), system.scheduler())
        .exceptionally(_ ->
            new Health(
                settings.kind().text(), false, 0, 0, Optional.of("storage does not answer")));
  }

  private CompletionStage<Done> close() {
    return AskPattern.<Command, Done>ask(actor, Close::new, CLOSE_TIMEOUT, system.scheduler());
  }
}
