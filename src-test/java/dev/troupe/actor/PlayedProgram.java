package dev.troupe.actor;

import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.program;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/// One program's actor with everything around it played: a test answers for storage, and hears
/// what the scheduler, the caller and whoever asks are told.
final class PlayedProgram {

  static final Program.Id ID = program("p");

  private static final EngineId ENGINE = new EngineId("e1");

  final AtomicLong nowNanos = new AtomicLong();
  final FakeStandings standings = new FakeStandings();
  final TestProbe<SchedulerActor.Command> scheduler;
  final TestProbe<CallActor.Command> caller;
  final TestProbe<ProgramActor.Described> reader;
  final TestProbe<ActorRef<ProgramActor.Command>> passivated;
  private final ActorTestKit kit;
  private final ManualTime time;
  private final TestProbe<DirectoryActor.Command> directory;

  /// @param kit with manual time
  PlayedProgram(ActorTestKit kit) {
    this.kit = kit;
    this.time = ManualTime.get(kit.system());
    this.scheduler = kit.createTestProbe();
    this.caller = kit.createTestProbe();
    this.reader = kit.createTestProbe();
    this.passivated = kit.createTestProbe();
    this.directory = kit.createTestProbe();
  }

  /// @param kept what storage has of it
  ActorRef<ProgramActor.Command> spawn(Optional<ProgramView> kept) {
    standings.loaded.complete(kept);
    return spawnLoading();
  }

  /// Its first question to storage is not answered.
  ActorRef<ProgramActor.Command> spawnSilent() {
    var silence = new CompletableFuture<Optional<ProgramView>>();
    silence.completeExceptionally(new IllegalStateException("storage does not answer"));
    standings.answers.add(silence);
    return spawnLoading();
  }

  /// Storage has not answered yet.
  ActorRef<ProgramActor.Command> spawnLoading() {
    return spawnLoading(standings);
  }

  ActorRef<ProgramActor.Command> spawnLoading(Standings storage) {
    var ports =
        new ProgramPorts(
            new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096),
            (_, command) -> scheduler.ref().tell(command),
            storage,
            directory.ref(),
            nowNanos::get);
    return kit.spawn(ProgramActor.create(ID, ports, passivated.ref()::tell));
  }

  void aSecondPasses() {
    passes(Duration.ofSeconds(1));
  }

  /// Time passes for the clock and for timers.
  void passes(Duration duration) {
    nowNanos.addAndGet(duration.toNanos());
    time.timePasses(duration);
  }

  int enqueuedPriority() {
    return scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority().ofProgram();
  }

  OptionalInt enqueuedRemaining() {
    return scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority().remainingCalls();
  }

  ProgramActor.Submit submitNew(String id) {
    return new ProgramActor.Submit(
        call(id, "p"),
        "own",
        true,
        Optional.empty(),
        Standing.NEW,
        0,
        false,
        Set.of(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        caller.ref());
  }

  static ProgramActor.Submit submit(
      String id, OptionalInt priority, TestProbe<CallActor.Command> caller) {
    return submit(id, Standing.NEW, priority, caller.ref());
  }

  static ProgramActor.Submit submit(String id, Standing hint, ActorRef<CallActor.Command> replyTo) {
    return submit(id, hint, OptionalInt.empty(), replyTo);
  }

  static ProgramActor.Submit submit(
      String id, Standing hint, OptionalInt priority, ActorRef<CallActor.Command> replyTo) {
    return new ProgramActor.Submit(
        call(id, "p"),
        "test",
        false,
        Optional.empty(),
        hint,
        0,
        false,
        Set.of(),
        priority,
        OptionalInt.empty(),
        replyTo);
  }

  ProgramActor.CallEnded ended(String id, long serviceNanos) {
    return new ProgramActor.CallEnded(
        new Call.Id(id),
        ENGINE,
        new Usage(100, 0, 10),
        serviceNanos,
        CallOutcome.COMPLETED,
        caller.ref());
  }

  /// Storage played by the test.
  static final class FakeStandings implements Standings {

    /// The first answers, before [#loaded].
    final Queue<CompletableFuture<Optional<ProgramView>>> answers = new ArrayDeque<>();

    final CompletableFuture<Optional<ProgramView>> loaded = new CompletableFuture<>();
    final CompletableFuture<ProgramView> saved = new CompletableFuture<>();
    final CompletableFuture<Program.Id> asked = new CompletableFuture<>();
    final CompletableFuture<Done> written = new CompletableFuture<>();

    @Override
    public CompletionStage<Optional<ProgramView>> load(Program.Id program) {
      var first = answers.poll();
      return first == null ? loaded : first;
    }

    @Override
    public void save(ProgramView program) {
      saved.complete(program);
    }

    @Override
    public CompletionStage<Done> saved(Program.Id program) {
      asked.complete(program);
      return written;
    }

    @Override
    public CompletionStage<Health> health() {
      return CompletableFuture.completedStage(new Health("fake", true, 0, 0, Optional.empty()));
    }
  }

  /// What storage keeps of a program that has been served.
  record Kept(Standing standing) {

    ProgramView view() {
      return new ProgramView(
          ID,
          ProgramView.State.IDLE,
          Optional.empty(),
          "test",
          Map.of(),
          standing,
          false,
          false,
          0,
          0,
          Optional.empty(),
          3,
          3,
          0,
          0,
          0,
          0,
          List.of(),
          List.of(),
          0,
          OptionalInt.empty(),
          0);
    }
  }
}
