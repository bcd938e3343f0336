package dev.troupe.actor;

import static dev.troupe.actor.PlayedProgram.submit;
import static dev.troupe.actor.Samples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.program.Call;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Reason;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProgramCallsTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedProgram program = new PlayedProgram(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void chargesThreeCallsInARowToTheirProgram() {
    var actor = program.spawn(Optional.empty());

    // 10, 20 and 30 ns of service: 0 before the first call, 60 after the last.
    long expectedAttained = 0;
    for (int turn = 1; turn <= 3; turn++) {
      TestProbe<CallActor.Command> turnCaller = KIT.createTestProbe();
      actor.tell(submit("c" + turn, Standing.NEW, turnCaller.ref()));
      var enqueued = program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);
      assertThat(enqueued.priority().attainedNanos()).isEqualTo(expectedAttained);
      actor.tell(program.ended("c" + turn, turn * 10L));
      expectedAttained += turn * 10L;
      var served = program.caller.expectMessageClass(CallActor.Served.class);
      assertThat(served.standing().attainedNanos()).isEqualTo(expectedAttained);
    }
  }

  @Test
  void refusesACallWhoseIdAnotherGatewayHasOpen() {
    var actor = program.spawn(Optional.empty());
    TestProbe<CallActor.Command> second = KIT.createTestProbe();
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    actor.tell(submit("c1", Standing.NEW, second.ref()));

    var refused = second.expectMessageClass(CallActor.Refused.class);
    assertThat(refused.reason()).isEqualTo(Reason.DUPLICATE_CALL);
    assertThat(refused.retryAfter()).isPresent();
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    assertThat(program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class).replyTo())
        .isEqualTo(program.caller.ref());
    actor.tell(new ProgramActor.CallWithdrawn(new Call.Id("c1")));
    actor.tell(submit("c1", Standing.NEW, second.ref()));
    assertThat(program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class).replyTo())
        .isEqualTo(second.ref());
  }

  @Test
  void forgetsACallWhoseCallerIsGoneWithoutAWord() {
    var actor = program.spawn(Optional.empty());
    TestProbe<CallActor.Command> leaving = KIT.createTestProbe();
    actor.tell(submit("c1", Standing.NEW, leaving.ref()));
    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    leaving.stop();
    // Callers are asked for when they have been silent for two minutes.
    program.passes(Duration.ofMinutes(2));

    var view = describedUntil(actor, state -> state == ProgramView.State.IDLE);
    assertThat(view.standing().attainedNanos()).isZero();
  }

  private ProgramView describedUntil(
      ActorRef<ProgramActor.Command> actor, Predicate<ProgramView.State> awaited) {
    return program.reader.awaitAssert(() -> {
      actor.tell(new ProgramActor.Describe(program.reader.ref()));
      var view = program.reader.receiveMessage().view().orElseThrow();
      assertThat(view.state()).matches(awaited);
      return view;
    });
  }

  @Test
  void cancelsItsOpenCallsWhenItIsEnded() {
    var actor = program.spawn(Optional.empty());
    actor.tell(submit("c1", Standing.NEW, program.caller.ref()));
    program.scheduler.expectMessageClass(SchedulerActor.Enqueue.class);

    actor.tell(new ProgramActor.Close(ProgramView.State.COMPLETED, program.reader.ref()));

    program.caller.expectMessage(new CallActor.ProgramEnded());
    assertThat(program.reader.receiveMessage().view().orElseThrow().state())
        .isEqualTo(ProgramView.State.COMPLETED);
  }

  @Test
  void tellsTheSchedulerHowMuchTheProgramMatters() {
    var actor = program.spawn(Optional.empty());
    TestProbe<CallActor.Command> second = KIT.createTestProbe();
    TestProbe<CallActor.Command> third = KIT.createTestProbe();
    TestProbe<CallActor.Command> fourth = KIT.createTestProbe();
    actor.tell(submit("c1", OptionalInt.of(2), program.caller));
    assertThat(program.enqueuedPriority()).isEqualTo(2);
    actor.tell(submit("c2", OptionalInt.empty(), second));
    assertThat(program.enqueuedPriority()).isEqualTo(2);
    actor.tell(submit("c3", OptionalInt.of(-1), third));
    assertThat(program.enqueuedPriority()).isEqualTo(-1);

    // The first one asks again: what it says was said before the third came.
    actor.tell(submit("c1", OptionalInt.of(2), program.caller));
    assertThat(program.enqueuedPriority()).isEqualTo(2);
    actor.tell(submit("c4", OptionalInt.empty(), fourth));
    assertThat(program.enqueuedPriority()).isEqualTo(-1);
  }

  /// What was said after the call had come counts at the program's next node too.
  @Test
  void aCallThatAsksAgainAfterALossSaysNothingNewOfThePriority() {
    var before = program.spawn(Optional.empty());
    before.tell(submit("c1", OptionalInt.of(2), program.caller));
    assertThat(program.enqueuedPriority()).isEqualTo(2);
    before.tell(
        new ProgramActor.Open(
            false,
            Optional.empty(),
            Map.of(),
            OptionalInt.of(-1),
            OptionalInt.of(8),
            program.reader.ref()));
    program.reader.receiveMessage();
    var elsewhere = new PlayedProgram.FakeStandings();
    elsewhere.loaded.complete(Optional.of(program.standings.saved.join()));

    var after = program.spawnLoading(elsewhere);
    after.tell(submit("c1", OptionalInt.of(2), program.caller));
    assertThat(program.enqueuedPriority()).isEqualTo(-1);

    TestProbe<CallActor.Command> second = KIT.createTestProbe();
    after.tell(submit("c2", OptionalInt.of(1), second));
    assertThat(program.enqueuedPriority()).isEqualTo(1);
  }

  @Test
  void tellsTheSchedulerHowManyCallsAreToCome() {
    var actor = program.spawn(Optional.empty());
    actor.tell(
        new ProgramActor.Open(
            false,
            Optional.empty(),
            Map.of(),
            OptionalInt.empty(),
            OptionalInt.of(4),
            program.reader.ref()));
    assertThat(program.reader.receiveMessage().view().orElseThrow().remainingCalls()).hasValue(4);
    TestProbe<CallActor.Command> second = KIT.createTestProbe();

    actor.tell(submit("c1", OptionalInt.empty(), program.caller));
    assertThat(program.enqueuedRemaining()).hasValue(3);
    actor.tell(saying(submit("c2", OptionalInt.empty(), second), 9));
    assertThat(program.enqueuedRemaining()).hasValue(9);
    // The first one asks again: nobody has said that anything else comes after it.
    actor.tell(submit("c1", OptionalInt.empty(), program.caller));
    assertThat(program.enqueuedRemaining()).hasValue(3);
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
}
