package dev.troupe.actor;

import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.Priority;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Reason;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProgramActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(testKit.system());

  private static final EngineId ENGINE = new EngineId("e1");

  private final AtomicLong nowNanos = new AtomicLong();
  private final FakeStandings standings = new FakeStandings();
  private final TestProbe<SchedulerActor.Command> scheduler = testKit.createTestProbe();
  private final TestProbe<DirectoryActor.Command> directory = testKit.createTestProbe();
  private final TestProbe<CallActor.Command> caller = testKit.createTestProbe();
  private final TestProbe<ProgramActor.Described> reader = testKit.createTestProbe();
  private final TestProbe<ActorRef<ProgramActor.Command>> passivated = testKit.createTestProbe();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void chargesThreeCallsInARowToTheirProgram() {
    var actor = spawn(Optional.empty());

    // 10, 20 and 30 ns of service: 0 before the first call, 60 after the last.
    long expectedAttained = 0;
    for (int turn = 1; turn <= 3; turn++) {
      TestProbe<CallActor.Command> turnCaller = testKit.createTestProbe();
      actor.tell(submit("c" + turn, Standing.NEW, turnCaller.ref()));
      var enqueued = scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
      assertThat(enqueued.priority().attainedNanos()).isEqualTo(expectedAttained);
      actor.tell(ended("c" + turn, turn * 10L));
      expectedAttained += turn * 10L;
      var served = caller.expectMessageClass(CallActor.Served.class);
      assertThat(served.standing().attainedNanos()).isEqualTo(expectedAttained);
    }
  }

  @Test
  void takesTheLargerOfWhatStorageAndTheCallerRemember() {
    var kept = new FakeStandings.Kept(program("p"), new Standing(100, 50, 0, 3));
    var actor = spawn(Optional.of(kept.view()));

    actor.tell(submit("c1", new Standing(70, 60, 0, 2), caller.ref()));

    var priority = scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority();
    assertThat(priority.attainedNanos()).isEqualTo(100);
    assertThat(priority.pathNanos()).isEqualTo(60);
  }

  @Test
  void holdsCallsUntilItsStandingIsLoaded() {
    var actor = spawnLoading();
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    scheduler.expectNoMessage(Duration.ZERO);

    standings.loaded.complete(Optional.empty());

    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
  }

  /// What storage has is not lost, nor what was charged before it could be read.
  @Test
  void takesInLateWhatStorageDidNotSayAtFirst() {
    var actor = spawnSilent();

    // 100 are in storage; this caller's node has last heard of 70.
    actor.tell(submit("c1", new Standing(70, 60, 0, 2), caller.ref()));
    assertThat(scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority())
        .returns(70L, Priority::attainedNanos);
    actor.tell(ended("c1", 10));
    assertThat(caller.expectMessageClass(CallActor.Served.class).standing().attainedNanos())
        .isEqualTo(80);
    assertThat(standings.saved).isNotDone();

    nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    actor.tell(new ProgramActor.Describe(reader.ref()));
    standings.loaded.complete(
        Optional.of(new FakeStandings.Kept(program("p"), new Standing(100, 90, 0, 3)).view()));

    var saved = standings.saved.orTimeout(3, TimeUnit.SECONDS).join();
    assertThat(saved.standing()).isEqualTo(new Standing(110, 100, 0, 4));
  }

  /// To say that there is no such program would be wrong.
  @Test
  void answersWhoAsksForItOnceStorageDoes() {
    standings.loaded.complete(
        Optional.of(new FakeStandings.Kept(program("p"), new Standing(100, 90, 0, 3)).view()));
    var actor = spawnSilent();

    actor.tell(new ProgramActor.Describe(reader.ref()));
    reader.expectNoMessage(Duration.ZERO);

    var view =
        reader.awaitAssert(() -> {
          aSecondPasses();
          return reader.expectMessageClass(ProgramActor.Described.class, Duration.ZERO);
        });
    assertThat(view.view().orElseThrow().standing().attainedNanos()).isEqualTo(100);
  }

  @Test
  void asksStorageOnceMoreBeforeItLeaves() {
    var actor = spawnSilent();
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    actor.tell(ended("c1", 10));
    caller.expectMessageClass(CallActor.Served.class);

    standings.loaded.complete(
        Optional.of(new FakeStandings.Kept(program("p"), new Standing(100, 90, 0, 3)).view()));
    actor.tell(new ProgramActor.Stop());

    var saved = standings.saved.orTimeout(3, TimeUnit.SECONDS).join();
    assertThat(saved.standing()).isEqualTo(new Standing(110, 100, 0, 4));
  }

  /// Else a crash hours later would lose what was charged while storage was silent.
  @Test
  void writesWhatItKnowsOnceStorageAnswersThoughNothingElseHappens() {
    var actor = spawnSilent();
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    actor.tell(ended("c1", 10));
    caller.expectMessageClass(CallActor.Served.class);

    standings.loaded.complete(
        Optional.of(new FakeStandings.Kept(program("p"), new Standing(100, 90, 0, 3)).view()));

    caller.awaitAssert(() -> {
      aSecondPasses();
      assertThat(standings.saved).isDone();
      return standings.saved;
    });
    assertThat(standings.saved.join().standing()).isEqualTo(new Standing(110, 100, 0, 4));
  }

  /// Only storage knows that it was registered.
  @Test
  void chargesACallThatHasEndedElsewhereOnceStorageTellsOfIt() {
    var earlier =
        new ProgramRecord(
            program("p"),
            new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096),
            0);
    earlier.registered(new Call.Id("outside"), List.of(), 0);
    var actor = spawnSilent();

    actor.tell(
        new ProgramActor.Complete(
            new Call.Id("outside"), new Usage(10, 0, 5), 77, true, reader.ref()));
    standings.loaded.complete(Optional.of(earlier.view(0)));

    var view =
        reader.awaitAssert(() -> {
          aSecondPasses();
          return reader.expectMessageClass(ProgramActor.Described.class, Duration.ZERO);
        });
    assertThat(view.view().orElseThrow().standing().attainedNanos()).isEqualTo(77);
    assertThat(view.view().orElseThrow().state()).isEqualTo(ProgramView.State.IDLE);
  }

  @Test
  void answersWhoWaitsForItBeforeItLeaves() {
    var actor = spawnSilent();
    actor.tell(new ProgramActor.Describe(reader.ref()));
    standings.loaded.complete(
        Optional.of(new FakeStandings.Kept(program("p"), new Standing(100, 90, 0, 3)).view()));

    actor.tell(new ProgramActor.Stop());

    var view = reader.expectMessageClass(ProgramActor.Described.class);
    assertThat(view.view().orElseThrow().standing().attainedNanos()).isEqualTo(100);
  }

  /// It is more than nothing: what storage has is larger, or it has nothing.
  @Test
  void savesWhatItKnowsWhenStorageIsSilentToTheEnd() {
    standings.loaded.completeExceptionally(new IllegalStateException("storage does not answer"));
    var actor = spawnLoading();
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    actor.tell(ended("c1", 10));
    caller.expectMessageClass(CallActor.Served.class);

    actor.tell(new ProgramActor.Stop());

    var saved = standings.saved.orTimeout(3, TimeUnit.SECONDS).join();
    assertThat(saved.standing().attainedNanos()).isEqualTo(10);
  }

  @Test
  void refusesACallWhoseIdAnotherGatewayHasOpen() {
    var actor = spawn(Optional.empty());
    TestProbe<CallActor.Command> second = testKit.createTestProbe();
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    actor.tell(submit("c1", Standing.NEW, second.ref()));

    var refused = second.expectMessageClass(CallActor.Refused.class);
    assertThat(refused.reason()).isEqualTo(Reason.DUPLICATE_CALL);
    assertThat(refused.retryAfter()).isPresent();
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    assertThat(scheduler.expectMessageClass(SchedulerActor.Enqueue.class).replyTo())
        .isEqualTo(caller.ref());
    actor.tell(new ProgramActor.CallWithdrawn(new Call.Id("c1")));
    actor.tell(submit("c1", Standing.NEW, second.ref()));
    assertThat(scheduler.expectMessageClass(SchedulerActor.Enqueue.class).replyTo())
        .isEqualTo(second.ref());
  }

  @Test
  void leavesMemoryToMakeRoomUnlessItHasOpenCalls() {
    var actor = spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
    actor.tell(new ProgramActor.Leave());
    passivated.expectNoMessage(Duration.ZERO);

    actor.tell(new ProgramActor.CallWithdrawn(new Call.Id("c1")));
    actor.tell(new ProgramActor.Leave());

    passivated.expectMessage(actor);
  }

  @Test
  void endsOnceItsStandingIsInStorage() {
    var actor = spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    actor.tell(ended("c1", 10));
    caller.expectMessageClass(CallActor.Served.class);
    TestProbe<CallActor.Command> watcher = testKit.createTestProbe();

    actor.tell(new ProgramActor.Stop());
    assertThat(standings.asked.join()).isEqualTo(program("p"));
    assertThat(standings.saved.join().standing().attainedNanos()).isEqualTo(10);
    watcher.expectNoMessage(Duration.ZERO);
    standings.written.complete(Done.getInstance());

    watcher.expectTerminated(actor);
  }

  @Test
  void savesNothingThatStorageKnows() {
    var actor =
        spawn(
            Optional.of(new FakeStandings.Kept(program("p"), new Standing(100, 50, 0, 3)).view()));
    actor.tell(new ProgramActor.Describe(reader.ref()));
    reader.receiveMessage();

    actor.tell(new ProgramActor.Stop());

    assertThat(standings.asked.join()).isEqualTo(program("p"));
    assertThat(standings.saved).isNotDone();
  }

  @Test
  void forgetsACallWhoseCallerIsGoneWithoutAWord() {
    var actor = spawn(Optional.empty());
    TestProbe<CallActor.Command> leaving = testKit.createTestProbe();
    actor.tell(submit("c1", Standing.NEW, leaving.ref()));
    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    leaving.stop();
    // Callers are asked for when they have been silent for two minutes.
    nowNanos.addAndGet(TimeUnit.MINUTES.toNanos(2));
    time.timePasses(Duration.ofMinutes(2));

    var view = describedUntil(actor, state -> state == ProgramView.State.IDLE);
    assertThat(view.standing().attainedNanos()).isZero();
  }

  @Test
  void cancelsItsOpenCallsWhenItIsEnded() {
    var actor = spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    actor.tell(new ProgramActor.Close(ProgramView.State.COMPLETED, reader.ref()));

    caller.expectMessage(new CallActor.ProgramEnded());
    assertThat(reader.receiveMessage().view().orElseThrow().state())
        .isEqualTo(ProgramView.State.COMPLETED);
  }

  @Test
  void isDeclaredTwiceWithoutHarm() {
    var actor = spawn(Optional.empty());
    var open =
        new ProgramActor.Open(
            true,
            Optional.empty(),
            Map.of("team", "red"),
            OptionalInt.of(3),
            OptionalInt.of(7),
            reader.ref());

    actor.tell(open);
    actor.tell(open);

    reader.receiveMessage();
    var view = reader.receiveMessage().view().orElseThrow();
    assertThat(view.metadata()).containsEntry("team", "red");
    assertThat(view.isMultithreaded()).isTrue();
    assertThat(view.priority()).isEqualTo(3);
  }

  @Test
  void tellsTheSchedulerHowMuchTheProgramMatters() {
    var actor = spawn(Optional.empty());
    TestProbe<CallActor.Command> second = testKit.createTestProbe();
    TestProbe<CallActor.Command> third = testKit.createTestProbe();
    TestProbe<CallActor.Command> fourth = testKit.createTestProbe();
    actor.tell(submit("c1", OptionalInt.of(2), caller));
    assertThat(enqueuedPriority()).isEqualTo(2);
    actor.tell(submit("c2", OptionalInt.empty(), second));
    assertThat(enqueuedPriority()).isEqualTo(2);
    actor.tell(submit("c3", OptionalInt.of(-1), third));
    assertThat(enqueuedPriority()).isEqualTo(-1);

    // The first one asks again: what it says was said before the third came.
    actor.tell(submit("c1", OptionalInt.of(2), caller));
    assertThat(enqueuedPriority()).isEqualTo(2);
    actor.tell(submit("c4", OptionalInt.empty(), fourth));
    assertThat(enqueuedPriority()).isEqualTo(-1);
  }

  /// What was said after the call had come counts at the program's next node too.
  @Test
  void aCallThatAsksAgainAfterALossSaysNothingNewOfThePriority() {
    var before = spawn(Optional.empty());
    before.tell(submit("c1", OptionalInt.of(2), caller));
    assertThat(enqueuedPriority()).isEqualTo(2);
    before.tell(
        new ProgramActor.Open(
            false,
            Optional.empty(),
            Map.of(),
            OptionalInt.of(-1),
            OptionalInt.of(8),
            reader.ref()));
    reader.receiveMessage();
    var elsewhere = new FakeStandings();
    elsewhere.loaded.complete(Optional.of(standings.saved.join()));

    var after = spawnLoading(elsewhere);
    after.tell(submit("c1", OptionalInt.of(2), caller));
    assertThat(enqueuedPriority()).isEqualTo(-1);

    TestProbe<CallActor.Command> second = testKit.createTestProbe();
    after.tell(submit("c2", OptionalInt.of(1), second));
    assertThat(enqueuedPriority()).isEqualTo(1);
  }

  @Test
  void tellsTheSchedulerHowManyCallsAreToCome() {
    var actor = spawn(Optional.empty());
    actor.tell(
        new ProgramActor.Open(
            false,
            Optional.empty(),
            Map.of(),
            OptionalInt.empty(),
            OptionalInt.of(4),
            reader.ref()));
    assertThat(reader.receiveMessage().view().orElseThrow().remainingCalls()).hasValue(4);
    TestProbe<CallActor.Command> second = testKit.createTestProbe();

    actor.tell(submit("c1", OptionalInt.empty(), caller));
    assertThat(enqueuedRemaining()).hasValue(3);
    actor.tell(saying(submit("c2", OptionalInt.empty(), second), 9));
    assertThat(enqueuedRemaining()).hasValue(9);
    // The first one asks again: nobody has said that anything else comes after it.
    actor.tell(submit("c1", OptionalInt.empty(), caller));
    assertThat(enqueuedRemaining()).hasValue(3);
  }

  private OptionalInt enqueuedRemaining() {
    return scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority().remainingCalls();
  }

  private static ProgramActor.Submit saying(ProgramActor.Submit submit, int remainingCalls) {
    return new ProgramActor.Submit(
        submit.call(),
        submit.source(),
        submit.isNew(),
        submit.parent(),
        submit.hint(),
        submit.waitedNanos(),
        submit.isAdmitted(),
        submit.excluded(),
        submit.priority(),
        OptionalInt.of(remainingCalls),
        submit.replyTo());
  }

  private int enqueuedPriority() {
    return scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority().ofProgram();
  }

  @Test
  void accountsForACallThatRanElsewhere() {
    var actor = spawn(Optional.empty());
    actor.tell(new ProgramActor.Register(new Call.Id("c1"), List.of(), reader.ref()));
    reader.receiveMessage();

    actor.tell(
        new ProgramActor.Complete(new Call.Id("c1"), new Usage(10, 0, 5), 77, true, reader.ref()));

    assertThat(reader.receiveMessage().view().orElseThrow().standing().attainedNanos())
        .isEqualTo(77);
  }

  @Test
  void asksToBePassivatedWhenNothingHappensForAWhile() {
    var actor = spawn(Optional.empty());
    actor.tell(new ProgramActor.Describe(reader.ref()));
    reader.receiveMessage();

    time.timePasses(Duration.ofMinutes(2));

    assertThat(passivated.receiveMessage()).isEqualTo(actor);
  }

  @Test
  void staysWhileACallOfItIsOpen() {
    var actor = spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    time.timePasses(Duration.ofMinutes(2));

    passivated.expectNoMessage(Duration.ZERO);
  }

  @Test
  void savesItsStandingAfterEachCall() {
    var actor = spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, caller.ref()));
    actor.tell(ended("c1", 42));
    caller.expectMessageClass(CallActor.Served.class);
    actor.tell(new ProgramActor.Describe(reader.ref()));
    reader.receiveMessage();

    assertThat(standings.saved.join().standing().attainedNanos()).isEqualTo(42);
  }

  @Test
  void neitherLoadsNorKeepsANewProgramBeforeItsSecondCall() {
    var actor = spawnLoading();
    actor.tell(submitNew("c1"));
    scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
    actor.tell(ended("c1", 42));
    caller.expectMessageClass(CallActor.Served.class);
    actor.tell(new ProgramActor.Describe(reader.ref()));
    assertThat(reader.receiveMessage().view()).isPresent();
    assertThat(standings.saved).isNotDone();

    TestProbe<CallActor.Command> second = testKit.createTestProbe();
    actor.tell(submit("c2", Standing.NEW, second.ref()));
    actor.tell(ended("c2", 8));
    caller.expectMessageClass(CallActor.Served.class);
    actor.tell(new ProgramActor.Describe(reader.ref()));
    reader.receiveMessage();

    assertThat(standings.saved.join().standing().attainedNanos()).isEqualTo(50);
  }

  private ProgramActor.Submit submitNew(String id) {
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

  private ProgramView describedUntil(
      ActorRef<ProgramActor.Command> actor, Predicate<ProgramView.State> awaited) {
    return reader.awaitAssert(() -> {
      actor.tell(new ProgramActor.Describe(reader.ref()));
      var view = reader.receiveMessage().view().orElseThrow();
      assertThat(view.state()).matches(awaited);
      return view;
    });
  }

  private ActorRef<ProgramActor.Command> spawn(Optional<ProgramView> kept) {
    standings.loaded.complete(kept);
    return spawnLoading();
  }

  /// Its first question to storage is not answered.
  private ActorRef<ProgramActor.Command> spawnSilent() {
    var silence = new CompletableFuture<Optional<ProgramView>>();
    silence.completeExceptionally(new IllegalStateException("storage does not answer"));
    standings.answers.add(silence);
    return spawnLoading();
  }

  private void aSecondPasses() {
    nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    time.timePasses(Duration.ofSeconds(1));
  }

  private ActorRef<ProgramActor.Command> spawnLoading() {
    return spawnLoading(standings);
  }

  private ActorRef<ProgramActor.Command> spawnLoading(Standings storage) {
    var ports =
        new ProgramPorts(
            new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096),
            (_, command) -> scheduler.ref().tell(command),
            storage,
            directory.ref(),
            nowNanos::get);
    return testKit.spawn(ProgramActor.create(program("p"), ports, passivated.ref()::tell));
  }

  private static ProgramActor.Submit submit(
      String id, OptionalInt priority, TestProbe<CallActor.Command> caller) {
    return submit(id, Standing.NEW, priority, caller.ref());
  }

  private static ProgramActor.Submit submit(
      String id, Standing hint, ActorRef<CallActor.Command> replyTo) {
    return submit(id, hint, OptionalInt.empty(), replyTo);
  }

  private static ProgramActor.Submit submit(
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

  private ProgramActor.CallEnded ended(String id, long serviceNanos) {
    return new ProgramActor.CallEnded(
        new Call.Id(id), ENGINE, new Usage(100, 0, 10), serviceNanos, true, caller.ref());
  }

  /// Storage played by the test.
  private static final class FakeStandings implements Standings {

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

    /// What storage keeps of a program that has been served.
    record Kept(Program.Id program, Standing standing) {

      ProgramView view() {
        return new ProgramView(
            program,
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
            OptionalInt.empty());
      }
    }
  }
}
