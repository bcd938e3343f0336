package dev.troupe.actor;

import static dev.troupe.actor.Samples.answer;
import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.lease;
import static dev.troupe.actor.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Program;
import dev.troupe.program.Reason;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CallsActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(testKit.system());
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration REJOIN_DELAY = Duration.ofMillis(100);

  private final FakeEngines engines = new FakeEngines();
  private final TestProbe<ProgramActor.Command> program = testKit.createTestProbe();
  private final List<ProgramActor.Submit> submitted = new ArrayList<>();
  private final TestProbe<CallEvent> caller = testKit.createTestProbe();
  private final TestProbe<Done> first = testKit.createTestProbe();
  private final TestProbe<Done> second = testKit.createTestProbe();
  private final ActorRef<CallsActor.Command> calls = testKit.spawn(CallsActor.create(ports()));

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void answersEveryDrainWhenTheLastCallHasEnded() {
    start("c1");
    start("c2");
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));
    calls.tell(new CallsActor.Drain(LIMIT, second.ref()));

    calls.tell(new CallsActor.Abandon(call("c1").id()));
    expectFailed(Reason.CLIENT_GONE);
    first.expectNoMessage();
    second.expectNoMessage();
    calls.tell(new CallsActor.Abandon(call("c2").id()));

    first.expectMessage(Done.getInstance());
    second.expectMessage(Done.getInstance());
  }

  @Test
  void answersADrainAtOnceWhenNoCallIsOpen() {
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));
    first.expectMessage(Done.getInstance());

    calls.tell(new CallsActor.Drain(LIMIT, second.ref()));

    second.expectMessage(Done.getInstance());
    first.expectNoMessage();
  }

  @Test
  void cutsOffWhatIsOpenAtTheLimitOfTheFirstDrain() {
    start("c1");
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));
    calls.tell(new CallsActor.Drain(LIMIT.multipliedBy(2), second.ref()));

    time.timePasses(LIMIT);

    expectFailed(Reason.DRAINING);
    first.expectMessage(Done.getInstance());
    second.expectMessage(Done.getInstance());
  }

  @Test
  void chargesAgainWhatIsNotAcknowledgedBeforeItAnswersADrain() {
    serve("c1");
    program.expectMessageClass(ProgramActor.CallEnded.class);
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));

    // Where the shard of the program is just handed over, what it is told is lost.
    var again = program.expectMessageClass(ProgramActor.CallEnded.class);
    first.expectNoMessage();
    again.replyTo().tell(new CallActor.Served(Standing.NEW));

    first.expectMessage(Done.getInstance());
  }

  @Test
  void chargesAgainAtShortIntervalsWhileItDrains() {
    serve("c1");
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));
    program.expectMessageClass(ProgramActor.CallEnded.class);
    program.expectMessageClass(ProgramActor.CallEnded.class);

    time.timePasses(CallsActor.CHARGE_INTERVAL);

    program.expectMessageClass(ProgramActor.CallEnded.class);
  }

  @Test
  void answersADrainThoughAProgramIsSilent() {
    serve("c1");
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));

    time.timePasses(CallsActor.LAST_CHARGES.minusMillis(1));
    first.expectNoMessage();
    time.timePasses(Duration.ofMillis(1));

    first.expectMessage(Done.getInstance());
  }

  @Test
  void saysNothingOfSilentProgramsWhenAllHaveBeenCharged() {
    serve("c1");
    program.expectMessageClass(ProgramActor.CallEnded.class);
    calls.tell(new CallsActor.Drain(LIMIT, first.ref()));
    var again = program.expectMessageClass(ProgramActor.CallEnded.class);
    again.replyTo().tell(new CallActor.Served(Standing.NEW));
    first.expectMessage(Done.getInstance());

    LoggingTestKit.warn("programs are silent")
        .withOccurrences(0)
        .expect(
            testKit.system(),
            () -> {
              time.timePasses(CallsActor.LAST_CHARGES);
              calls.tell(new CallsActor.Drain(LIMIT, second.ref()));
              return second.expectMessage(Done.getInstance());
            });
  }

  @Test
  void tellsTheCallsThatWaitWithASchedulerOfItsLoss() {
    start("c1");
    start("c2");
    TestProbe<SchedulerActor.Command> scheduler = testKit.createTestProbe();
    submitted.forEach(call -> call.replyTo().tell(new CallActor.Queued(scheduler.ref(), 0)));
    caller.expectMessage(new CallEvent.Queued(0));
    caller.expectMessage(new CallEvent.Queued(0));

    scheduler.stop();

    program.awaitAssert(() -> {
      time.timePasses(REJOIN_DELAY);
      return program.expectMessageClass(ProgramActor.Submit.class, Duration.ofMillis(100));
    });
    program.expectMessageClass(ProgramActor.Submit.class);
  }

  private void start(String id) {
    calls.tell(
        new CallsActor.Start(
            call(id),
            request(),
            "test",
            false,
            Program.Declared.NOTHING,
            Duration.ofMinutes(10),
            caller.ref()::tell));
    submitted.add(program.expectMessageClass(ProgramActor.Submit.class));
  }

  /// Starts a call and has it served to its end.
  private void serve(String id) {
    start(id);
    TestProbe<EngineActor.Command> engine = testKit.createTestProbe();
    submitted.getLast().replyTo().tell(new CallActor.Granted(lease("l", id, "e"), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
    var run = engines.nextRun();
    run.answer.complete(answer(200));
    caller.expectMessageClass(CallEvent.Answering.class);
    run.observer.ended(completed(10, 0, 5));
    caller.expectMessageClass(CallEvent.Ended.class);
  }

  private void expectFailed(Reason reason) {
    assertThat(caller.expectMessageClass(CallEvent.Failed.class).reason()).isEqualTo(reason);
  }

  private CallPorts ports() {
    var service =
        new ServiceSettings(
            ServiceSettings.Model.TOKENS,
            Duration.ofNanos(1_000),
            Duration.ZERO,
            Duration.ofMillis(1),
            Duration.ofNanos(1));
    var settings = new CallSettings(3, Duration.ofMinutes(5), REJOIN_DELAY);
    return new CallPorts(
        (_, command) -> program.ref().tell(command),
        (_, _) -> {},
        engines,
        new EngineActors(),
        service.newModel(),
        settings,
        new Instruments(),
        Recorder.NONE,
        () -> 0);
  }
}
