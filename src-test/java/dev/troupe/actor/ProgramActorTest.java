package dev.troupe.actor;

import static dev.troupe.actor.PlayedProgram.submit;
import static dev.troupe.actor.Samples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.program.Call;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProgramActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedProgram program = new PlayedProgram(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void takesTheLargerOfWhatStorageAndTheCallerRemember() {
    var kept = new PlayedProgram.Kept(new Standing(100, 50, 0, 3));
    var actor = program.spawn(Optional.of(kept.view()));

    actor.tell(submit("c1", new Standing(70, 60, 0, 2), program.caller.ref()));

    var priority = program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class).priority();
    assertThat(priority.attainedNanos()).isEqualTo(100);
    assertThat(priority.pathNanos()).isEqualTo(60);
  }

  @Test
  void holdsCallsUntilItsStandingIsLoaded() {
    var actor = program.spawnLoading();
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    program.scheduler.expectNoMessage(Duration.ZERO);

    program.standings.loaded.complete(Optional.empty());

    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
  }

  @Test
  void leavesMemoryToMakeRoomUnlessItHasOpenCalls() {
    var actor = program.spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
    actor.tell(new ProgramActor.Leave());
    program.passivated.expectNoMessage(Duration.ZERO);

    actor.tell(new ProgramActor.CallWithdrawn(new Call.Id("c1")));
    actor.tell(new ProgramActor.Leave());

    program.passivated.expectMessage(actor);
  }

  @Test
  void isDeclaredTwiceWithoutHarm() {
    var actor = program.spawn(Optional.empty());
    var open =
        new ProgramActor.Open(
            true,
            Optional.empty(),
            Map.of("team", "red"),
            OptionalInt.of(3),
            OptionalInt.of(7),
            program.reader.ref());

    actor.tell(open);
    actor.tell(open);

    program.reader.receiveMessage();
    var view = program.reader.receiveMessage().view().orElseThrow();
    assertThat(view.metadata()).containsEntry("team", "red");
    assertThat(view.isMultithreaded()).isTrue();
    assertThat(view.priority()).isEqualTo(3);
  }

  @Test
  void accountsForACallThatRanElsewhere() {
    var actor = program.spawn(Optional.empty());
    actor.tell(new ProgramActor.Register(new Call.Id("c1"), List.of(), program.reader.ref()));
    program.reader.receiveMessage();

    actor.tell(
        new ProgramActor.Complete(
            new Call.Id("c1"), new Usage(10, 0, 5), 77, true, program.reader.ref()));

    assertThat(program.reader.receiveMessage().view().orElseThrow().standing().attainedNanos())
        .isEqualTo(77);
  }

  @Test
  void asksToBePassivatedWhenNothingHappensForAWhile() {
    var actor = program.spawn(Optional.empty());
    actor.tell(new ProgramActor.Describe(program.reader.ref()));
    program.reader.receiveMessage();

    program.passes(Duration.ofMinutes(2));

    assertThat(program.passivated.receiveMessage()).isEqualTo(actor);
  }

  @Test
  void staysWhileACallOfItIsOpen() {
    var actor = program.spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    program.passes(Duration.ofMinutes(2));

    program.passivated.expectNoMessage(Duration.ZERO);
  }
}
