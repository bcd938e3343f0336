package dev.troupe.actor;

import static dev.troupe.actor.PlayedEngine.ENGINE;
import static dev.troupe.actor.PlayedEngine.SETTINGS;
import static dev.troupe.actor.PlayedEngine.description;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.endpoint;
import static dev.troupe.actor.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.engine.EngineDescription;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// When the actor of an engine begins and ends.
class EngineActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedEngine engine = new PlayedEngine(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void beginsWhenANodeHasItInItsConfigurationAndEndsWhenNoneHas() {
    TestProbe<ActorRef<EngineActor.Command>> passivated = KIT.createTestProbe();
    var actor = KIT.spawn(EngineActor.kept(engine.ports(), () -> "first", passivated.ref()::tell));
    actor.tell(new EngineActor.Keep(description()));
    engine.firstProbeIsDue();
    engine.client.nextProbe().complete(status(2));
    engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class);

    engine.nowNanos.addAndGet(SETTINGS.forgetAfter().toNanos());
    actor.tell(new EngineActor.Keep(description()));
    assertThat(engine.inFlight(actor)).isZero();
    engine.nowNanos.addAndGet(SETTINGS.forgetAfter().toNanos());
    engine.probeIntervalPasses();
    engine.client.nextProbe().complete(status(2));
    engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    passivated.expectNoMessage(Duration.ZERO);

    engine.nowNanos.addAndGet(1);
    engine.probeIntervalPasses();
    engine.catalog.expectMessage(new CatalogActor.EngineRemoved(ENGINE));
    passivated.expectMessage(actor);
    KIT.stop(actor);
  }

  @Test
  void endsForTheSakeOfAnotherDescriptionOnlyWhenNoNodeHasItsOwn() {
    TestProbe<ActorRef<EngineActor.Command>> passivated = KIT.createTestProbe();
    var actor = KIT.spawn(EngineActor.kept(engine.ports(), () -> "first", passivated.ref()::tell));
    actor.tell(new EngineActor.Keep(description()));
    engine.firstProbeIsDue();
    engine.client.nextProbe().complete(status(2));
    engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class);

    engine.nowNanos.addAndGet(SETTINGS.forgetAfter().toNanos() + 1);
    actor.tell(
        new EngineActor.Keep(
            new EngineDescription(
                endpoint("e1"), Set.of("another"), OptionalInt.empty(), OptionalLong.empty())));
    engine.probeIntervalPasses();

    passivated.expectMessage(actor);
    KIT.stop(actor);
  }

  @Test
  void returnsNewCallsOnceItRetiresAndEndsWithItsLast() {
    var actor = engine.answering(2);
    var lease = engine.grant(actor, "c1").id();
    TestProbe<Done> leaving = KIT.createTestProbe();

    actor.tell(new EngineActor.Retire(leaving.ref()));
    actor.tell(engine.start("c2"));

    engine.awaitReturned("c2");
    leaving.expectNoMessage(Duration.ZERO);
    actor.tell(new EngineActor.Ended(lease, completed(10, 0, 5)));
    leaving.expectMessage(Done.getInstance());
    leaving.expectTerminated(actor);
  }
}
