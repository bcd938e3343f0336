package dev.troupe.actor;

import static dev.troupe.actor.PlayedProgram.ID;
import static dev.troupe.actor.PlayedProgram.submit;
import static dev.troupe.actor.Samples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.program.Call;
import dev.troupe.program.Priority;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProgramKeepingTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedProgram program = new PlayedProgram(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  /// What storage has is not lost, nor what was charged before it could be read.
  @Test
  void takesInLateWhatStorageDidNotSayAtFirst() {
    var actor = program.spawnSilent();

    // 100 are in storage; this caller's node has last heard of 70.
    actor.tell(submit("c1", new Standing(70, 60, 0, 2), program.caller.ref()));
    assertThat(program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority())
        .returns(70L, Priority::attainedNanos);
    actor.tell(program.ended("c1", 10));
    assertThat(program.caller.expectMessageClass(CallActor.Served.class).standing().attainedNanos())
        .isEqualTo(80);
    assertThat(program.standings.saved).isNotDone();

    program.nowNanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.standings.loaded.complete(
        Optional.of(new PlayedProgram.Kept(new Standing(100, 90, 0, 3)).view()));

    var saved = program.standings.saved.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(saved.standing()).isEqualTo(new Standing(110, 100, 0, 4));
  }

  /// To say that there is no such program would be wrong.
  @Test
  void answersWhoAsksForItOnceStorageDoes() {
    program.standings.loaded.complete(
        Optional.of(new PlayedProgram.Kept(new Standing(100, 90, 0, 3)).view()));
    var actor = program.spawnSilent();

    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.reader.expectNoMessage(Duration.ZERO);

    var view =
        program.reader.awaitAssert(() -> {
          program.aSecondPasses();
          return program.reader.expectMessageClass(ProgramActor.Described.class, Duration.ZERO);
        });
    assertThat(view.view().orElseThrow().standing().attainedNanos()).isEqualTo(100);
  }

  @Test
  void asksStorageOnceMoreBeforeItLeaves() {
    var actor = program.spawnSilent();
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    actor.tell(program.ended("c1", 10));
    program.caller.expectMessageClass(CallActor.Served.class);

    program.standings.loaded.complete(
        Optional.of(new PlayedProgram.Kept(new Standing(100, 90, 0, 3)).view()));
    actor.tell(new ProgramActor.Stop());

    var saved = program.standings.saved.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(saved.standing()).isEqualTo(new Standing(110, 100, 0, 4));
  }

  /// Else a crash hours later would lose what was charged while storage was silent.
  @Test
  void writesWhatItKnowsOnceStorageAnswersThoughNothingElseHappens() {
    var actor = program.spawnSilent();
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    actor.tell(program.ended("c1", 10));
    program.caller.expectMessageClass(CallActor.Served.class);

    program.standings.loaded.complete(
        Optional.of(new PlayedProgram.Kept(new Standing(100, 90, 0, 3)).view()));

    program.caller.awaitAssert(() -> {
      program.aSecondPasses();
      assertThat(program.standings.saved).isDone();
      return program.standings.saved;
    });
    assertThat(program.standings.saved.join().standing()).isEqualTo(new Standing(110, 100, 0, 4));
  }

  /// Only storage knows that it was registered.
  @Test
  void chargesACallThatHasEndedElsewhereOnceStorageTellsOfIt() {
    var earlier =
        new ProgramRecord(
            ID,
            new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096),
            0);
    earlier.registered(new Call.Id("outside"), List.of(), 0);
    var actor = program.spawnSilent();

    actor.tell(
        new ProgramActor.Complete(
            new Call.Id("outside"), new Usage(10, 0, 5), 77, true, program.reader.ref()));
    program.standings.loaded.complete(Optional.of(earlier.view(0)));

    var view =
        program.reader.awaitAssert(() -> {
          program.aSecondPasses();
          return program.reader.expectMessageClass(ProgramActor.Described.class, Duration.ZERO);
        });
    assertThat(view.view().orElseThrow().standing().attainedNanos()).isEqualTo(77);
    assertThat(view.view().orElseThrow().state()).isEqualTo(ProgramView.State.IDLE);
  }

  @Test
  void answersWhoWaitsForItBeforeItLeaves() {
    var actor = program.spawnSilent();
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.standings.loaded.complete(
        Optional.of(new PlayedProgram.Kept(new Standing(100, 90, 0, 3)).view()));

    actor.tell(new ProgramActor.Stop());

    var view = program.reader.expectMessageClass(ProgramActor.Described.class);
    assertThat(view.view().orElseThrow().standing().attainedNanos()).isEqualTo(100);
  }

  /// It is more than nothing: what storage has is larger, or it has nothing.
  @Test
  void savesWhatItKnowsWhenStorageIsSilentToTheEnd() {
    program.standings.loaded.completeExceptionally(
        new IllegalStateException("storage does not answer"));
    var actor = program.spawnLoading();
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    actor.tell(program.ended("c1", 10));
    program.caller.expectMessageClass(CallActor.Served.class);

    actor.tell(new ProgramActor.Stop());

    var saved = program.standings.saved.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(saved.standing().attainedNanos()).isEqualTo(10);
  }

  @Test
  void endsOnceItsStandingIsInStorage() {
    var actor = program.spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    actor.tell(program.ended("c1", 10));
    program.caller.expectMessageClass(CallActor.Served.class);
    TestProbe<CallActor.Command> watcher = KIT.createTestProbe();

    actor.tell(new ProgramActor.Stop());
    assertThat(program.standings.asked.join()).isEqualTo(ID);
    assertThat(program.standings.saved.join().standing().attainedNanos()).isEqualTo(10);
    watcher.expectNoMessage(Duration.ZERO);
    program.standings.written.complete(Done.getInstance());

    watcher.expectTerminated(actor);
  }

  @Test
  void savesNothingThatStorageKnows() {
    var actor =
        program.spawn(Optional.of(new PlayedProgram.Kept(new Standing(100, 50, 0, 3)).view()));
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.reader.receiveMessage();

    actor.tell(new ProgramActor.Stop());

    assertThat(program.standings.asked.join()).isEqualTo(ID);
    assertThat(program.standings.saved).isNotDone();
  }

  @Test
  void savesItsStandingAfterEachCall() {
    var actor = program.spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    actor.tell(program.ended("c1", 42));
    program.caller.expectMessageClass(CallActor.Served.class);
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.reader.receiveMessage();

    assertThat(program.standings.saved.join().standing().attainedNanos()).isEqualTo(42);
  }

  @Test
  void neitherLoadsNorKeepsANewProgramBeforeItsSecondCall() {
    var actor = program.spawnLoading();
    actor.tell(program.submitNew("c1"));
    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
    actor.tell(program.ended("c1", 42));
    program.caller.expectMessageClass(CallActor.Served.class);
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    assertThat(program.reader.receiveMessage().view()).isPresent();
    assertThat(program.standings.saved).isNotDone();

    TestProbe<CallActor.Command> second = KIT.createTestProbe();
    actor.tell(submit("c2", Standing.NEW, second.ref()));
    actor.tell(program.ended("c2", 8));
    program.caller.expectMessageClass(CallActor.Served.class);
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.reader.receiveMessage();

    assertThat(program.standings.saved.join().standing().attainedNanos()).isEqualTo(50);
  }
}
