package dev.troupe.actor;

import static dev.troupe.actor.Samples.answer;
import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.lease;
import static dev.troupe.actor.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Program;
import dev.troupe.program.Reason;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CallActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(testKit.system());

  private static final CallSettings SETTINGS =
      new CallSettings(3, Duration.ofSeconds(5), Duration.ofMillis(100));

  private static final Duration LEAVE_TIME = Duration.ofSeconds(1);

  private final AtomicLong nowNanos = new AtomicLong();
  private final FakeEngines engines = new FakeEngines();
  private final EngineActors engineActors = new EngineActors();
  private final TestProbe<ProgramActor.Command> program = testKit.createTestProbe();
  private final TestProbe<SchedulerActor.Command> scheduler = testKit.createTestProbe();
  private final TestProbe<EngineActor.Command> engine = testKit.createTestProbe();
  private final TestProbe<CallsActor.Command> calls = testKit.createTestProbe();
  private final TestProbe<CallEvent> caller = testKit.createTestProbe();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void asksItsProgramForServiceAndAnnouncesItselfAgainWhileItWaits() {
    var actor = start(Standing.NEW);

    nowNanos.set(Duration.ofSeconds(5).toNanos());
    time.timePasses(SETTINGS.announceInterval());

    var again = program.expectMessageClass(ProgramActor.Submit.class);
    assertThat(again.call()).isEqualTo(call("c1"));
    assertThat(again.waitedNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(5));
    testKit.stop(actor);
  }

  @Test
  void sendsTheStandingItsNodeRemembersAlong() {
    var standing = new Standing(7, 5, 3, 1);

    var actor = spawn(standing);

    assertThat(program.expectMessageClass(ProgramActor.Submit.class).hint()).isEqualTo(standing);
    testKit.stop(actor);
  }

  @Test
  void announcesItselfToTheNextSchedulerWhenItsOwnIsLost() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Queued(scheduler.ref(), 0));
    caller.expectMessage(new CallEvent.Queued(0));
    calls.expectMessage(new CallsActor.WaitsWith(scheduler.ref()));

    TestProbe<SchedulerActor.Command> another = testKit.createTestProbe();
    actor.tell(new CallActor.SchedulerLost(another.ref()));
    time.timePasses(SETTINGS.rejoinDelay());
    program.expectNoMessage(Duration.ZERO);
    actor.tell(new CallActor.SchedulerLost(scheduler.ref()));
    // The actor has read it once it says so.
    actor.tell(new CallActor.Queued(scheduler.ref(), 1));
    caller.expectMessage(new CallEvent.Queued(1));
    time.timePasses(SETTINGS.rejoinDelay());

    program.expectMessageClass(ProgramActor.Submit.class);
    testKit.stop(actor);
  }

  @Test
  void declinesALeaseThatComesAfterItHasLeft() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));
    caller.expectMessageClass(CallEvent.Failed.class);

    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));

    engine.expectMessage(new EngineActor.Declined(new Lease.Id("l1")));
    time.timePasses(LEAVE_TIME);
    calls.expectTerminated(actor);
  }

  @Test
  void leavesTheQueueWhenItFails() {
    var actor =
        spawn(
            Standing.NEW,
            _ -> {
              throw new IllegalStateException("asked to fail");
            });
    program.expectMessageClass(ProgramActor.Submit.class);

    actor.tell(new CallActor.Queued(scheduler.ref(), 0));

    scheduler.expectMessage(new SchedulerActor.Withdraw(call("c1").id()));
    program.expectMessage(new ProgramActor.CallWithdrawn(call("c1").id()));
  }

  @Test
  void freesItsSlotWhenItFails() {
    var actor =
        spawn(
            Standing.NEW,
            _ -> {
              throw new IllegalStateException("asked to fail");
            });
    program.expectMessageClass(ProgramActor.Submit.class);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    var run = engines.nextRun();

    run.answer.complete(answer(200));

    assertThat(engine.expectMessageClass(EngineActor.Ended.class).end().failure())
        .contains(Reason.INTERNAL);
    program.expectMessage(new ProgramActor.CallWithdrawn(call("c1").id()));
  }

  @Test
  void runsUnderOneLeaseAndDeclinesEveryOther() {
    var actor = start(Standing.NEW);

    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    actor.tell(new CallActor.Granted(lease("l2", "c1", "e2"), engine.ref()));

    program.expectMessageClass(ProgramActor.CallGranted.class);
    engine.expectMessage(new EngineActor.Declined(lease("l2", "c1", "e2").id()));
    var run = engines.nextRun();
    run.answer.complete(answer(200));
    caller.expectMessageClass(CallEvent.Answering.class);
    actor.tell(new CallActor.Granted(lease("l3", "c1", "e1"), engine.ref()));
    engine.expectMessage(new EngineActor.Declined(lease("l3", "c1", "e1").id()));
    assertThat(engines.runs).isEmpty();
    testKit.stop(actor);
  }

  @Test
  void makesItsLeaseKnownToTheNextActorOfItsEngine() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    TestProbe<EngineActor.Command> next = testKit.createTestProbe();
    var id = lease("l1", "c1", "e1").engine().id();

    engineActors.put(id, next.ref());
    actor.tell(new CallActor.EngineMoved(new EngineId("another")));
    actor.tell(new CallActor.EngineMoved(id));

    assertThat(next.expectMessageClass(EngineActor.Progress.class).lease().id())
        .isEqualTo(new Lease.Id("l1"));
    var run = engines.nextRun();
    run.answer.complete(answer(200));
    run.observer.ended(completed(10, 0, 5));
    assertThat(next.expectMessageClass(EngineActor.Ended.class).lease()).isEqualTo(run.lease.id());
    testKit.stop(actor);
  }

  @Test
  void chargesItsProgramAgainUntilThatAnswers() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    var run = engines.nextRun();
    run.answer.complete(answer(200));
    caller.expectMessageClass(CallEvent.Answering.class);
    run.observer.ended(completed(10, 0, 5));
    var charge = program.expectMessageClass(ProgramActor.CallEnded.class);

    time.timePasses(SETTINGS.announceInterval());
    assertThat(program.expectMessageClass(ProgramActor.CallEnded.class)).isEqualTo(charge);

    actor.tell(new CallActor.Served(new Standing(7, 7, 0, 1)));
    calls.expectTerminated(actor);
  }

  @Test
  void chargesItsProgramAgainHoweverSeldomItAnnouncesItself() {
    var seldom = new CallSettings(3, Duration.ofMinutes(5), Duration.ofMillis(100));
    var actor = spawn(Standing.NEW, caller.ref()::tell, seldom);
    program.expectMessageClass(ProgramActor.Submit.class);
    var run = stream(actor, "l1", "e1");
    run.observer.ended(completed(10, 0, 5));
    var charge = program.expectMessageClass(ProgramActor.CallEnded.class);

    time.timePasses(seldom.announceInterval());
    assertThat(program.expectMessageClass(ProgramActor.CallEnded.class)).isEqualTo(charge);

    time.timePasses(seldom.announceInterval());
    calls.expectTerminated(actor);
  }

  @Test
  void leavesTheCallOfItsIdAloneThatItsProgramKnows() {
    var actor = start(Standing.NEW);

    actor.tell(new CallActor.Refused(Reason.DUPLICATE_CALL, "it is open", Optional.empty()));

    assertThat(caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.DUPLICATE_CALL);
    program.expectNoMessage(Duration.ZERO);
  }

  @Test
  void chargesItsProgramOnceAndKeepsItsStandingWhenTheAnswerEnds() {
    var actor = start(Standing.NEW);
    var run = stream(actor, "l1", "e1");

    run.observer.began();
    run.observer.ended(completed(100, 40, 10));

    engine.expectMessage(new EngineActor.Ended(run.lease.id(), completed(100, 40, 10)));
    var ended = program.expectMessageClass(ProgramActor.CallEnded.class);
    // 60 tokens prefilled at 1 us and 10 decoded at 1 ms.
    assertThat(ended.serviceNanos()).isEqualTo(60_000 + 10_000_000);
    assertThat(ended.succeeded()).isTrue();
    caller.expectMessage(new CallEvent.Ended(completed(100, 40, 10)));
    calls.expectMessage(new CallsActor.CallOver(call("c1").id()));
    ended.replyTo().tell(new CallActor.Served(new Standing(9, 9, 9, 1)));
    calls.expectMessage(
        new CallsActor.StandingHeard(call("c1").program(), new Standing(9, 9, 9, 1)));
    calls.expectTerminated(actor);
  }

  @Test
  void queuesAgainElsewhereUnseenWhenTheEngineIsLostBeforeItsFirstByte() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);

    engines.nextRun().answer.completeExceptionally(new TransportException("connection refused"));

    engine.expectMessage(
        new EngineActor.Unreachable(lease("l1", "c1", "e1").id(), "connection refused"));
    time.timePasses(SETTINGS.delayAfter(1));
    var again = program.expectMessageClass(ProgramActor.Submit.class);
    assertThat(again.excluded()).containsExactly(new EngineId("e1"));
    caller.expectNoMessage(Duration.ZERO);

    var run = stream(actor, "l2", "e2");
    run.observer.ended(completed(1, 0, 1));
    caller.expectMessage(new CallEvent.Ended(completed(1, 0, 1)));
    testKit.stop(actor);
  }

  @Test
  void queuesAgainWhenTheEngineSaysItIsTooBusy() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    var run = engines.nextRun();

    run.answer.complete(answer(503));

    engine.expectMessage(new EngineActor.Overloaded(run.lease.id()));
    assertThat(run.aborted).isDone();
    time.timePasses(SETTINGS.delayAfter(1));
    program.expectMessageClass(ProgramActor.Submit.class);
    testKit.stop(actor);
  }

  @Test
  void passesTheEnginesOwnErrorsOn() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);

    engines.nextRun().answer.complete(answer(400));

    assertThat(caller.expectMessageClass(CallEvent.Answering.class).answer().status())
        .isEqualTo(400);
    testKit.stop(actor);
  }

  @Test
  void failsWhenAsManyEnginesAsAllowedWereLost() {
    var actor = start(Standing.NEW);
    for (int attempt = 1; attempt <= SETTINGS.maxAttempts(); attempt++) {
      actor.tell(new CallActor.Granted(lease("l" + attempt, "c1", "e" + attempt), engine.ref()));
      program.expectMessageClass(ProgramActor.CallGranted.class);
      engines.nextRun().answer.completeExceptionally(new TransportException("reset"));
      engine.expectMessageClass(EngineActor.Unreachable.class);
      if (attempt < SETTINGS.maxAttempts()) {
        time.timePasses(SETTINGS.delayAfter(attempt));
        program.expectMessageClass(ProgramActor.Submit.class);
      }
    }

    program.expectMessage(new ProgramActor.CallWithdrawn(call("c1").id()));
    assertThat(caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.ENGINE_LOST);
    calls.expectTerminated(actor);
  }

  @Test
  void leavesTheQueueWhenTheClientGoesWhileItWaits() {
    var actor = start(Standing.NEW);

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    scheduler.expectMessage(new SchedulerActor.Withdraw(call("c1").id()));
    program.expectMessage(new ProgramActor.CallWithdrawn(call("c1").id()));
    assertThat(caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.CLIENT_GONE);
    time.timePasses(LEAVE_TIME);
    calls.expectTerminated(actor);
  }

  @Test
  void abortsTheEngineAndChargesItsTimeWhenTheClientGoesBeforeTheFirstByte() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    var run = engines.nextRun();
    nowNanos.addAndGet(Duration.ofSeconds(30).toNanos());

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    assertThat(engine.expectMessageClass(EngineActor.Ended.class).end().failure())
        .contains(Reason.CLIENT_GONE);
    // Nothing was seen of its work: 100 tokens prefilled would be 0.1 ms, the clock says 30 s.
    assertThat(program.expectMessageClass(ProgramActor.CallEnded.class).serviceNanos())
        .isEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(run.aborted).isDone();
    actor.tell(new CallActor.Served(new Standing(1, 1, 0, 1)));
    calls.expectTerminated(actor);
  }

  @Test
  void abortsTheEngineAndChargesWhatPassedWhenTheClientGoesWhileItStreams() {
    var actor = start(Standing.NEW);
    var run = stream(actor, "l1", "e1");
    run.observer.progressed(7);

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    var end =
        new CallEnd(
            new Usage(100, 0, 7),
            false,
            Optional.empty(),
            CallEnd.Answer.NONE,
            Optional.of(Reason.CLIENT_GONE));
    engine.expectMessage(new EngineActor.Ended(run.lease.id(), end));
    assertThat(program.expectMessageClass(ProgramActor.CallEnded.class).usage())
        .isEqualTo(new Usage(100, 0, 7));
    caller.expectMessage(new CallEvent.Ended(end));
    assertThat(run.aborted).succeedsWithin(Duration.ofSeconds(3));
    run.observer.ended(completed(100, 0, 20));
    caller.expectNoMessage(Duration.ZERO);
    testKit.stop(actor);
  }

  @Test
  void endsAtItsDeadlineWhileItWaits() {
    var actor = start(Standing.NEW);

    time.timePasses(Duration.ofMinutes(1));

    assertThat(caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.DEADLINE_EXCEEDED);
    time.timePasses(LEAVE_TIME);
    calls.expectTerminated(actor);
  }

  @Test
  void endsAtItsDeadlineWhileItStreams() {
    var actor = start(Standing.NEW);
    var run = stream(actor, "l1", "e1");

    time.timePasses(Duration.ofMinutes(1));

    assertThat(caller.expectMessageClass(CallEvent.Ended.class).end().failure())
        .contains(Reason.DEADLINE_EXCEEDED);
    assertThat(run.aborted).succeedsWithin(Duration.ofSeconds(3));
    testKit.stop(actor);
  }

  @Test
  void renewsItsLeaseWhileItRuns() {
    var actor = start(Standing.NEW);
    var run = stream(actor, "l1", "e1");

    time.timePasses(SETTINGS.announceInterval());

    engine.expectMessage(new EngineActor.Progress(run.lease, call("c1"), true, actor));
    testKit.stop(actor);
  }

  @Test
  void keepsALeaseThatIsTakenBackOnceItsAnswerHasBegun() {
    var actor = start(Standing.NEW);
    var run = stream(actor, "l1", "e1");

    actor.tell(new CallActor.Revoked(run.lease.id(), Reason.ENGINE_LOST));

    engine.expectMessage(new EngineActor.Progress(run.lease, call("c1"), true, actor));
    run.observer.ended(completed(10, 0, 5));
    assertThat(caller.expectMessageClass(CallEvent.Ended.class).end().failure()).isEmpty();
  }

  @Test
  void queuesAgainWhenItsLeaseIsTakenBackBeforeItsAnswerBegins() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);

    actor.tell(new CallActor.Revoked(new Lease.Id("l1"), Reason.ENGINE_LOST));

    engine.expectMessage(new EngineActor.Declined(new Lease.Id("l1")));
    assertThat(engines.nextRun().aborted).succeedsWithin(Duration.ofSeconds(3));
    time.timePasses(SETTINGS.rejoinDelay());
    assertThat(program.expectMessageClass(ProgramActor.Submit.class).excluded())
        .containsExactly(new EngineId("e1"));
    testKit.stop(actor);
  }

  @Test
  void goesOnStreamingWhenItsSchedulerIsLost() {
    var actor = start(Standing.NEW);
    actor.tell(new CallActor.Queued(scheduler.ref(), 0));
    caller.expectMessage(new CallEvent.Queued(0));
    var run = stream(actor, "l1", "e1");

    actor.tell(new CallActor.SchedulerLost(scheduler.ref()));
    time.timePasses(SETTINGS.rejoinDelay());

    run.observer.ended(completed(1, 0, 1));
    caller.expectMessage(new CallEvent.Ended(completed(1, 0, 1)));
    testKit.stop(actor);
  }

  @Test
  void tellsItsCallerWhyItWasRefused() {
    var actor = start(Standing.NEW);

    actor.tell(
        new CallActor.Refused(Reason.QUEUE_FULL, "full", Optional.of(Duration.ofSeconds(3))));

    caller.expectMessage(
        new CallEvent.Failed(Reason.QUEUE_FULL, "full", Optional.of(Duration.ofSeconds(3))));
    program.expectMessage(new ProgramActor.CallWithdrawn(call("c1").id()));
    calls.expectTerminated(actor);
  }

  private ActorRef<CallActor.Command> start(Standing hint) {
    var actor = spawn(hint);
    program.expectMessageClass(ProgramActor.Submit.class);
    return actor;
  }

  private ActorRef<CallActor.Command> spawn(Standing hint) {
    return spawn(hint, caller.ref()::tell);
  }

  private ActorRef<CallActor.Command> spawn(Standing hint, Consumer<CallEvent> listener) {
    return spawn(hint, listener, SETTINGS);
  }

  private ActorRef<CallActor.Command> spawn(
      Standing hint, Consumer<CallEvent> listener, CallSettings settings) {
    var ports =
        new CallPorts(
            (_, command) -> program.ref().tell(command),
            (_, command) -> scheduler.ref().tell(command),
            engines,
            engineActors,
            new ServiceSettings(
                    ServiceSettings.Model.TOKENS,
                    Duration.ofNanos(1_000),
                    Duration.ZERO,
                    Duration.ofMillis(1),
                    Duration.ofNanos(1))
                .newModel(),
            settings,
            new Instruments(),
            nowNanos::get);
    var start =
        new CallsActor.Start(
            call("c1"),
            request(),
            "test",
            false,
            Program.Declared.NOTHING,
            Duration.ofMinutes(1),
            listener);
    return testKit.spawn(CallActor.create(ports, start, hint, calls.ref()));
  }

  private FakeEngines.Run stream(
      ActorRef<CallActor.Command> actor, String lease, String engineName) {
    actor.tell(new CallActor.Granted(lease(lease, "c1", engineName), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    var run = engines.nextRun();
    run.answer.complete(answer(200));
    caller.expectMessageClass(CallEvent.Answering.class);
    return run;
  }
}
