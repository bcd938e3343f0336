package dev.troupe.actor;

import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.endpoint;
import static dev.troupe.actor.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineSettings;
import dev.troupe.engine.Lease;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/// One engine's actor with everything around it played: a test answers its probes, and hears
/// what the scheduler, the catalog and the callers are told.
final class PlayedEngine {

  static final EngineSettings SETTINGS = EngineSettings.of(ConfigFactory.load());
  static final EngineId ENGINE = new EngineId("e1");

  final AtomicLong nowNanos = new AtomicLong();
  final FakeEngines client = new FakeEngines();
  final TestProbe<SchedulerActor.Command> scheduler;
  final TestProbe<CatalogActor.Command> catalog;
  final TestProbe<CallActor.Command> caller;
  private final TestProbe<EngineActor.EngineView> reader;
  private final ActorTestKit kit;
  private final ManualTime time;

  /// @param kit with manual time
  PlayedEngine(ActorTestKit kit) {
    this.kit = kit;
    this.time = ManualTime.get(kit.system());
    this.scheduler = kit.createTestProbe();
    this.catalog = kit.createTestProbe();
    this.caller = kit.createTestProbe();
    this.reader = kit.createTestProbe();
  }

  /// An engine that has answered a probe.
  ActorRef<EngineActor.Command> answering(int slots) {
    var actor = spawn();
    client.nextProbe().complete(status(slots));
    assertThat(nextOffer().credit().slots()).isEqualTo(slots);
    catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    return actor;
  }

  ActorRef<EngineActor.Command> spawn() {
    var actor = kit.spawn(EngineActor.pinned(description(), ports(), () -> "first"));
    firstProbeIsDue();
    return actor;
  }

  EnginePorts ports() {
    return new EnginePorts(
        SETTINGS,
        client,
        (_, command) -> scheduler.ref().tell(command),
        news -> catalog.ref().tell(news),
        _ -> {},
        new Instruments(),
        nowNanos::get);
  }

  static EngineDescription description() {
    return new EngineDescription(
        endpoint(ENGINE.value()), Set.of(), OptionalInt.empty(), OptionalLong.empty());
  }

  void probeIntervalPasses() {
    time.timePasses(SETTINGS.probeInterval());
  }

  /// An engine is probed as soon as its actor is told of it.
  void firstProbeIsDue() {
    time.timePasses(Duration.ZERO);
  }

  /// It answers no probe for so long that it counts as gone.
  void goesAway() {
    for (int failures = 0; failures < SETTINGS.breaker().probeFailures(); failures++) {
      probeIntervalPasses();
      client.nextProbe().completeExceptionally(new IllegalStateException("refused"));
      catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    }
  }

  EngineActor.Start start(String id) {
    return new EngineActor.Start(call(id), 0, false, why(), caller.ref(), scheduler.ref());
  }

  /// Starts a call for which there is room.
  Lease grant(ActorRef<EngineActor.Command> actor, String call) {
    actor.tell(start(call));
    return caller.expectMessageClass(CallActor.Granted.class).lease();
  }

  static Lease.Why why() {
    return new Lease.Why("least-loaded", 0);
  }

  int window(ActorRef<EngineActor.Command> actor) {
    actor.tell(new EngineActor.Describe(reader.ref()));
    return reader.receiveMessage().window();
  }

  int inFlight(ActorRef<EngineActor.Command> actor) {
    actor.tell(new EngineActor.Describe(reader.ref()));
    return reader.receiveMessage().inFlight();
  }

  /// The next offer of room; what else schedulers are told is passed over.
  SchedulerActor.Offer nextOffer() {
    while (true) {
      if (scheduler.receiveMessage() instanceof SchedulerActor.Offer offer
          && offer.credit().slots() > 0) {
        return offer;
      }
    }
  }

  void awaitRetracted() {
    var retracted = new SchedulerActor.Retract(ENGINE);
    while (!scheduler.receiveMessage().equals(retracted)) {
      // Passed over.
    }
  }

  void awaitReturned(String call) {
    var returned = new SchedulerActor.Returned(ENGINE, new Call.Id(call));
    while (!scheduler.receiveMessage().equals(returned)) {
      // Passed over.
    }
  }
}
