package dev.troupe.actor;

import static dev.troupe.actor.PlayedCall.CALL;
import static dev.troupe.actor.PlayedCall.SETTINGS;
import static dev.troupe.actor.Samples.answer;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.lease;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.engine.EngineId;
import dev.troupe.program.CallEnd;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.Reason;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedCallTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedCall call = new PlayedCall(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void runsUnderOneLeaseAndDeclinesEveryOther() {
    var actor = call.start();

    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), call.engine.ref()));
    actor.tell(new CallActor.Granted(lease("l2", "c1", "e2"), call.engine.ref()));

    call.program.expectMessageClass(ProgramActor.CallGranted.class);
    call.engine.expectMessage(new EngineActor.Declined(lease("l2", "c1", "e2").id()));
    var run = call.engines.nextRun();
    run.answer.complete(answer(200));
    call.caller.expectMessageClass(CallEvent.Answering.class);
    actor.tell(new CallActor.Granted(lease("l3", "c1", "e1"), call.engine.ref()));
    call.engine.expectMessage(new EngineActor.Declined(lease("l3", "c1", "e1").id()));
    assertThat(call.engines.runs).isEmpty();
    KIT.stop(actor);
  }

  @Test
  void makesItsLeaseKnownToTheNextActorOfItsEngine() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");
    TestProbe<EngineActor.Command> next = KIT.createTestProbe();
    var id = run.lease.engine().id();

    call.engineActors.put(id, next.ref());
    actor.tell(new CallActor.EngineMoved(new EngineId("another")));
    actor.tell(new CallActor.EngineMoved(id));

    assertThat(next.expectMessageClass(EngineActor.Progress.class).lease().id())
        .isEqualTo(run.lease.id());
    run.answer.complete(answer(200));
    run.observer.ended(completed(10, 0, 5));
    assertThat(next.expectMessageClass(EngineActor.Ended.class).lease()).isEqualTo(run.lease.id());
    KIT.stop(actor);
  }

  @Test
  void isRecordedOnceItHasEndedWithWhatTheEngineCounted() {
    var actor = call.start();
    call.nowNanos.set(30);
    var run = call.stream(actor, "l1", "e1");
    call.nowNanos.set(100);
    assertThat(call.recorded).isEmpty();

    run.observer.ended(completed(10, 4, 5));

    call.caller.expectMessageClass(CallEvent.Ended.class);
    assertThat(call.recorded)
        .containsExactly(
            new Recorder.Served(CALL, new EngineId("e1"), 30, 100, completed(10, 4, 5)));
    KIT.stop(actor);
  }

  @Test
  void isRecordedWithWhatWasGeneratedWhenItsCallerLeaves() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");
    run.observer.progressed(7);

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    call.caller.expectMessageClass(CallEvent.Ended.class);
    assertThat(call.recorded)
        .singleElement()
        .satisfies(served -> {
          assertThat(served.end().failure()).contains(Reason.CLIENT_GONE);
          assertThat(served.end().usage().outputTokens()).isEqualTo(7);
          assertThat(served.promptTokens()).isEqualTo(CALL.promptTokens());
        });
    KIT.stop(actor);
  }

  @Test
  void renewsItsLeaseWhileItRuns() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");

    call.time.timePasses(SETTINGS.announceInterval());

    call.engine.expectMessage(new EngineActor.Progress(run.lease, CALL, true, actor));
    KIT.stop(actor);
  }

  @Test
  void keepsALeaseThatIsTakenBackOnceItsAnswerHasBegun() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");

    actor.tell(new CallActor.Revoked(run.lease.id(), Reason.ENGINE_LOST));

    call.engine.expectMessage(new EngineActor.Progress(run.lease, CALL, true, actor));
    run.observer.ended(completed(10, 0, 5));
    assertThat(call.caller.expectMessageClass(CallEvent.Ended.class).end().failure()).isEmpty();
  }

  @Test
  void queuesAgainWhenItsLeaseIsTakenBackBeforeItsAnswerBegins() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");

    actor.tell(new CallActor.Revoked(run.lease.id(), Reason.ENGINE_LOST));

    call.engine.expectMessage(new EngineActor.Declined(run.lease.id()));
    assertThat(run.aborted).succeedsWithin(Duration.ofSeconds(30));
    call.time.timePasses(SETTINGS.rejoinDelay());
    assertThat(call.program.expectMessageClass(ProgramActor.Submit.class).excluded())
        .containsExactly(new EngineId("e1"));
    KIT.stop(actor);
  }

  @Test
  void queuesAgainElsewhereUnseenWhenTheEngineIsLostBeforeItsFirstByte() {
    var actor = call.start();
    var lost = call.open(actor, "l1", "e1");

    lost.answer.completeExceptionally(new TransportException("connection refused"));

    call.engine.expectMessage(new EngineActor.Unreachable(lost.lease.id(), "connection refused"));
    call.time.timePasses(SETTINGS.delayAfter(1));
    var again = call.program.expectMessageClass(ProgramActor.Submit.class);
    assertThat(again.excluded()).containsExactly(new EngineId("e1"));
    call.caller.expectNoMessage(Duration.ZERO);

    var run = call.stream(actor, "l2", "e2");
    run.observer.ended(completed(1, 0, 1));
    call.caller.expectMessage(new CallEvent.Ended(completed(1, 0, 1)));
    KIT.stop(actor);
  }

  @Test
  void queuesAgainWhenTheEngineSaysItIsTooBusy() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");

    run.answer.complete(answer(503));

    call.engine.expectMessage(new EngineActor.Overloaded(run.lease.id()));
    assertThat(run.aborted).isDone();
    call.time.timePasses(SETTINGS.delayAfter(1));
    call.program.expectMessageClass(ProgramActor.Submit.class);
    KIT.stop(actor);
  }

  @Test
  void passesTheEnginesOwnErrorsOn() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");

    run.answer.complete(answer(400));

    assertThat(call.caller.expectMessageClass(CallEvent.Answering.class).answer().status())
        .isEqualTo(400);
    KIT.stop(actor);
  }

  @Test
  void failsWhenAsManyEnginesAsAllowedWereLost() {
    var actor = call.start();
    for (int attempt = 1; attempt <= SETTINGS.maxAttempts(); attempt++) {
      var run = call.open(actor, "l" + attempt, "e" + attempt);
      run.answer.completeExceptionally(new TransportException("reset"));
      call.engine.expectMessageClass(EngineActor.Unreachable.class);
      if (attempt < SETTINGS.maxAttempts()) {
        call.time.timePasses(SETTINGS.delayAfter(attempt));
        call.program.expectMessageClass(ProgramActor.Submit.class);
      }
    }

    call.program.expectMessage(new ProgramActor.CallWithdrawn(CALL.id()));
    assertThat(call.caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.ENGINE_LOST);
    call.calls.expectTerminated(actor);
  }

  @Test
  void freesItsSlotWhenItFails() {
    var actor =
        call.spawn(
            Standing.NEW,
            _ -> {
              throw new IllegalStateException("asked to fail");
            });
    call.program.expectMessageClass(ProgramActor.Submit.class);
    var run = call.open(actor, "l1", "e1");

    run.answer.complete(answer(200));

    assertThat(call.engine.expectMessageClass(EngineActor.Ended.class).end().failure())
        .contains(Reason.INTERNAL);
    call.program.expectMessage(new ProgramActor.CallWithdrawn(CALL.id()));
  }

  @Test
  void abortsTheEngineAndChargesItsTimeWhenTheClientGoesBeforeTheFirstByte() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");
    call.nowNanos.addAndGet(Duration.ofSeconds(30).toNanos());

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    assertThat(call.engine.expectMessageClass(EngineActor.Ended.class).end().failure())
        .contains(Reason.CLIENT_GONE);
    // Nothing was seen of its work: 100 tokens prefilled would be 0.1 ms, the clock says 30 s.
    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class).serviceNanos())
        .isEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(run.aborted).isDone();
    actor.tell(new CallActor.Served(new Standing(1, 1, 0, 1)));
    call.calls.expectTerminated(actor);
  }

  @Test
  void abortsTheEngineAndChargesWhatPassedWhenTheClientGoesWhileItStreams() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");
    run.observer.progressed(7);

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    var end =
        new CallEnd(
            new Usage(100, 0, 7),
            false,
            Optional.empty(),
            CallEnd.Answer.NONE,
            Optional.of(Reason.CLIENT_GONE));
    call.engine.expectMessage(new EngineActor.Ended(run.lease.id(), end));
    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class).usage())
        .isEqualTo(new Usage(100, 0, 7));
    call.caller.expectMessage(new CallEvent.Ended(end));
    assertThat(run.aborted).succeedsWithin(Duration.ofSeconds(30));
    run.observer.ended(completed(100, 0, 20));
    call.caller.expectNoMessage(Duration.ZERO);
    KIT.stop(actor);
  }

  @Test
  void chargesWhatHasPassedAndItsEstimateOfThePromptWhereTheEngineDoesNotSay() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");

    run.observer.ended(unreported(7, Optional.of(Reason.CLIENT_GONE)));

    var ended = call.program.expectMessageClass(ProgramActor.CallEnded.class);
    assertThat(ended.usage()).isEqualTo(new Usage(100, 0, 7));
    // 100 tokens prefilled at 1 us and 7 decoded at 1 ms.
    assertThat(ended.serviceNanos()).isEqualTo(100_000 + 7_000_000);
    KIT.stop(actor);
  }

  @Test
  void chargesNothingForAnErrorOfTheEngine() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");
    run.answer.complete(answer(400));
    call.caller.expectMessageClass(CallEvent.Answering.class);

    run.observer.ended(unreported(0, Optional.empty()));

    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class).usage())
        .isEqualTo(Usage.NONE);
    KIT.stop(actor);
  }

  @Test
  void chargesNothingForAnErrorOfTheEngineThatItsCallerDoesNotReadToTheEnd() {
    var actor = call.start();
    var run = call.open(actor, "l1", "e1");
    run.answer.complete(answer(400));
    call.caller.expectMessageClass(CallEvent.Answering.class);

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class).usage())
        .isEqualTo(Usage.NONE);
    KIT.stop(actor);
  }

  @ParameterizedTest
  @CsvSource({"CLIENT_GONE, CANCELLED", "DRAINING, FAILED"})
  void tellsItsProgramWhetherItsCallerEndedIt(Reason reason, CallOutcome outcome) {
    var actor = call.start();
    call.stream(actor, "l1", "e1");

    actor.tell(new CallActor.Abandon(reason));

    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class).outcome())
        .isEqualTo(outcome);
    KIT.stop(actor);
  }

  @Test
  void endsAtItsDeadlineWhileItStreams() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");

    call.time.timePasses(Duration.ofMinutes(1));

    assertThat(call.caller.expectMessageClass(CallEvent.Ended.class).end().failure())
        .contains(Reason.DEADLINE_EXCEEDED);
    assertThat(run.aborted).succeedsWithin(Duration.ofSeconds(30));
    KIT.stop(actor);
  }

  @Test
  void goesOnStreamingWhenItsSchedulerIsLost() {
    var actor = call.start();
    actor.tell(new CallActor.Queued(call.scheduler.ref(), 0));
    call.caller.expectMessage(new CallEvent.Queued(0));
    var run = call.stream(actor, "l1", "e1");

    actor.tell(new CallActor.SchedulerLost(call.scheduler.ref()));
    call.time.timePasses(SETTINGS.rejoinDelay());

    run.observer.ended(completed(1, 0, 1));
    call.caller.expectMessage(new CallEvent.Ended(completed(1, 0, 1)));
    KIT.stop(actor);
  }

  private static CallEnd unreported(int outputTokens, Optional<Reason> failure) {
    return new CallEnd(
        new Usage(0, 0, outputTokens), false, Optional.empty(), CallEnd.Answer.NONE, failure);
  }
}
