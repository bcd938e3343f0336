package dev.troupe.actor;

import static dev.troupe.actor.Samples.answer;
import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.lease;
import static dev.troupe.actor.Samples.request;

import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/// One call's actor with everything around it played: a test grants its leases and answers for
/// the engine, and hears what the program, the scheduler, the engine's actor and the caller are
/// told.
final class PlayedCall {

  static final Call CALL = call("c1");

  static final CallSettings SETTINGS =
      new CallSettings(3, Duration.ofSeconds(5), Duration.ofMillis(100));

  /// How long a lease may be on its way to a call that has left.
  static final Duration LEAVE_TIME = Duration.ofSeconds(1);

  final AtomicLong nowNanos = new AtomicLong();
  final FakeEngines engines = new FakeEngines();
  final EngineActors engineActors = new EngineActors();
  final ManualTime time;
  final TestProbe<ProgramActor.Command> program;
  final TestProbe<SchedulerActor.Command> scheduler;
  final TestProbe<EngineActor.Command> engine;
  final TestProbe<CallsActor.Command> calls;
  final TestProbe<CallEvent> caller;
  final List<Recorder.Served> recorded = new CopyOnWriteArrayList<>();
  private final ActorTestKit kit;

  /// @param kit with manual time
  PlayedCall(ActorTestKit kit) {
    this.kit = kit;
    this.time = ManualTime.get(kit.system());
    this.program = kit.createTestProbe();
    this.scheduler = kit.createTestProbe();
    this.engine = kit.createTestProbe();
    this.calls = kit.createTestProbe();
    this.caller = kit.createTestProbe();
  }

  /// A call that has asked its program for service.
  ActorRef<CallActor.Command> start() {
    var actor = spawn(Standing.NEW);
    program.expectMessageClass(ProgramActor.Submit.class);
    return actor;
  }

  ActorRef<CallActor.Command> spawn(Standing hint) {
    return spawn(hint, caller.ref()::tell);
  }

  ActorRef<CallActor.Command> spawn(Standing hint, Consumer<CallEvent> listener) {
    return spawn(hint, listener, SETTINGS);
  }

  ActorRef<CallActor.Command> spawn(
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
            recorded::add,
            nowNanos::get);
    var start =
        new CallsActor.Start(
            CALL,
            request(),
            "test",
            false,
            Program.Declared.NOTHING,
            Duration.ofMinutes(1),
            listener);
    return kit.spawn(CallActor.create(ports, start, hint, calls.ref()));
  }

  void grant(ActorRef<CallActor.Command> actor, String lease, String engineName) {
    actor.tell(new CallActor.Granted(lease(lease, CALL.id().value(), engineName), engine.ref()));
    program.expectMessageClass(ProgramActor.CallGranted.class);
  }

  /// Grants a lease, under which the call is opened at the engine.
  FakeEngines.Run open(ActorRef<CallActor.Command> actor, String lease, String engineName) {
    grant(actor, lease, engineName);
    return engines.nextRun();
  }

  /// Opens a call whose answer has begun.
  FakeEngines.Run stream(ActorRef<CallActor.Command> actor, String lease, String engineName) {
    var run = open(actor, lease, engineName);
    run.answer.complete(answer(200));
    caller.expectMessageClass(CallEvent.Answering.class);
    return run;
  }
}
