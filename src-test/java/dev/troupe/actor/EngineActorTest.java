package dev.troupe.actor;

import static dev.troupe.actor.Samples.POOL;
import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.endpoint;
import static dev.troupe.actor.Samples.lease;
import static dev.troupe.actor.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineSettings;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EngineActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create(ManualTime.config());
  private static final ManualTime time = ManualTime.get(testKit.system());

  private static final EngineSettings SETTINGS = EngineSettings.of(ConfigFactory.load());
  private static final EngineId ENGINE = new EngineId("e1");

  private final AtomicLong nowNanos = new AtomicLong();
  private final FakeEngines engines = new FakeEngines();
  private final TestProbe<SchedulerActor.Command> scheduler = testKit.createTestProbe();
  private final TestProbe<CatalogActor.Command> catalog = testKit.createTestProbe();
  private final TestProbe<CallActor.Command> caller = testKit.createTestProbe();
  private final TestProbe<EngineActor.EngineView> reader = testKit.createTestProbe();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void offersItsSlotsOnceItAnswers() {
    var engine = spawn();
    scheduler.expectNoMessage(Duration.ZERO);

    engines.nextProbe().complete(status(2));

    assertThat(nextOffer().credit().slots()).isEqualTo(2);
    var seen = catalog.expectMessageClass(CatalogActor.EngineSeen.class).engine();
    assertThat(seen.isReachable()).isTrue();
    assertThat(seen.models()).containsExactly(POOL.model());
    testKit.stop(engine);
  }

  @Test
  void grantsALeaseForEachSlotAndReturnsTheRest() {
    var engine = answering(1);

    engine.tell(start("c1"));
    var granted = caller.expectMessageClass(CallActor.Granted.class);
    assertThat(granted.lease().call()).isEqualTo(new Call.Id("c1"));
    engine.tell(start("c2"));

    awaitReturned("c2");
    assertThat(inFlight(engine)).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void offersASlotAgainWhenItsCallEnds() {
    var engine = answering(1);
    engine.tell(start("c1"));
    var granted = caller.expectMessageClass(CallActor.Granted.class);

    engine.tell(new EngineActor.Ended(granted.lease().id(), completed(10, 0, 5)));

    assertThat(nextOffer().credit().slots()).isEqualTo(1);
    assertThat(inFlight(engine)).isZero();
    testKit.stop(engine);
  }

  @Test
  void countsTheEndOfALeaseOnce() {
    var engine = answering(2);
    engine.tell(start("c1"));
    var first = caller.expectMessageClass(CallActor.Granted.class).lease().id();
    engine.tell(start("c2"));
    caller.expectMessageClass(CallActor.Granted.class);

    engine.tell(new EngineActor.Ended(first, completed(10, 0, 5)));
    engine.tell(new EngineActor.Ended(first, completed(10, 0, 5)));
    engine.tell(new EngineActor.Declined(first));

    assertThat(inFlight(engine)).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void returnsNewCallsOnceItRetiresAndEndsWithItsLast() {
    var engine = answering(2);
    engine.tell(start("c1"));
    var lease = caller.expectMessageClass(CallActor.Granted.class).lease().id();
    TestProbe<Done> leaving = testKit.createTestProbe();

    engine.tell(new EngineActor.Retire(leaving.ref()));
    engine.tell(start("c2"));

    awaitReturned("c2");
    leaving.expectNoMessage(Duration.ZERO);
    engine.tell(new EngineActor.Ended(lease, completed(10, 0, 5)));
    leaving.expectMessage(Done.getInstance());
    leaving.expectTerminated(engine);
  }

  @Test
  void offersLessToAnEngineThatSaysItIsTooBusy() {
    var engine = answering(4);
    engine.tell(start("c1"));
    caller.expectMessageClass(CallActor.Granted.class);
    engine.tell(start("c2"));
    var refused = caller.expectMessageClass(CallActor.Granted.class).lease().id();

    engine.tell(new EngineActor.Overloaded(refused));

    // It took one of two: its window is one call.
    engine.tell(new EngineActor.Describe(reader.ref()));
    var view = reader.receiveMessage();
    assertThat(view.window()).isEqualTo(1);
    assertThat(view.inFlight()).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void releasesTheLeasesOfACallerThatIsGoneWithoutAWord() {
    var engine = answering(1);
    TestProbe<CallActor.Command> leaving = testKit.createTestProbe();
    engine.tell(new EngineActor.Start(call("c1"), 0, false, why(), leaving.ref(), scheduler.ref()));
    leaving.expectMessageClass(CallActor.Granted.class);

    leaving.stop();
    // Holders are asked for when they have not renewed for a third of a lease.
    nowNanos.addAndGet(SETTINGS.leaseTime().toNanos() / 3);
    time.timePasses(SETTINGS.probeInterval());

    assertThat(nextOffer().credit().slots()).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void takesItsOffersBackWhileItDoesNotAnswerAndComesBackByItself() {
    var engine = answering(2);

    for (int failures = 0; failures < SETTINGS.breaker().probeFailures(); failures++) {
      time.timePasses(SETTINGS.probeInterval());
      engines.nextProbe().completeExceptionally(new IllegalStateException("refused"));
      catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    }
    awaitRetracted();

    time.timePasses(SETTINGS.probeInterval());
    engines.nextProbe().complete(status(2));
    assertThat(nextOffer().credit().slots()).isEqualTo(2);
    testKit.stop(engine);
  }

  @Test
  void takesBackTheLeasesOfAnswersThatHaveNotBegunFromAnEngineThatIsGone() {
    var engine = answering(2);
    engine.tell(start("c1"));
    var begun = caller.expectMessageClass(CallActor.Granted.class).lease();
    engine.tell(start("c2"));
    var opening = caller.expectMessageClass(CallActor.Granted.class).lease();
    engine.tell(new EngineActor.Progress(begun, call("c1"), true, caller.ref()));
    engine.tell(new EngineActor.Progress(opening, call("c2"), false, caller.ref()));

    for (int failures = 0; failures < SETTINGS.breaker().probeFailures(); failures++) {
      time.timePasses(SETTINGS.probeInterval());
      engines.nextProbe().completeExceptionally(new IllegalStateException("refused"));
      catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    }

    caller.expectMessage(new CallActor.Revoked(opening.id(), Reason.ENGINE_LOST));
    assertThat(inFlight(engine)).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void takesNoCallsWhileItsProbesFailThoughAnAnswerBeganBefore() {
    var engine = answering(2);
    engine.tell(start("c1"));
    var lease = caller.expectMessageClass(CallActor.Granted.class).lease();
    nowNanos.addAndGet(1);
    time.timePasses(SETTINGS.probeInterval());
    engines.nextProbe().completeExceptionally(new IllegalStateException("refused"));
    catalog.expectMessageClass(CatalogActor.EngineSeen.class);

    engine.tell(new EngineActor.Progress(lease, call("c1"), true, caller.ref()));

    assertThat(window(engine)).isZero();
    engine.tell(start("c2"));
    awaitReturned("c2");
    testKit.stop(engine);
  }

  @Test
  void learnsFromRenewalsWhatRunsWhenItHasForgotten() {
    var engine = answering(2);

    engine.tell(
        new EngineActor.Progress(lease("from-before", "c1", "e1"), call("c1"), true, caller.ref()));

    assertThat(inFlight(engine)).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void offersEverythingAnewToTheNextScheduler() {
    var engine = answering(2);
    TestProbe<SchedulerActor.Command> former = testKit.createTestProbe();
    engine.tell(new EngineActor.Enlisted(POOL, former.ref()));
    awaitRetracted();
    assertThat(nextOffer().credit().slots()).isEqualTo(2);

    former.stop();

    awaitRetracted();
    assertThat(nextOffer().credit().slots()).isEqualTo(2);
    testKit.stop(engine);
  }

  @Test
  void offersTheKvTokensOfASlotWithItAfterALostCall() {
    // Of 100,000 KV tokens c1 may hold 120. The lost call leaves room for one call at a time, which
    // is
    // c1: everything is taken back. The answered probe gives the other slot back, with the rest.
    var engine = answering(2);
    engine.tell(start("c1"));
    caller.expectMessageClass(CallActor.Granted.class);

    engine.tell(new EngineActor.Unreachable(new Lease.Id("lost"), "broke off"));
    awaitRetracted();
    engines.nextProbe().complete(status(2));

    assertThat(nextOffer().credit()).isEqualTo(new Credit(1, 99_880));
    testKit.stop(engine);
  }

  @Test
  void trustsAnEngineOnTrialOnceAnAnswerHasBegun() {
    var engine = onTrial();
    engine.tell(start("c1"));
    var lease = caller.expectMessageClass(CallActor.Granted.class).lease();
    engine.tell(new EngineActor.Progress(lease, call("c1"), false, caller.ref()));
    assertThat(window(engine)).isEqualTo(1);

    engine.tell(new EngineActor.Progress(lease, call("c1"), true, caller.ref()));

    assertThat(window(engine)).isEqualTo(2);
    testKit.stop(engine);
  }

  @Test
  void doesNotTrustAnEngineOnTrialBecauseAClientLeft() {
    var engine = onTrial();
    engine.tell(start("c1"));
    var lease = caller.expectMessageClass(CallActor.Granted.class).lease().id();

    engine.tell(new EngineActor.Ended(lease, abandoned()));

    assertThat(window(engine)).isEqualTo(1);
    testKit.stop(engine);
  }

  @Test
  void keepsRoomForCallsThatRunUnderLeasesOfAnEarlierActor() {
    var engine = spawn();
    engines.nextProbe().complete(running(4, 3));

    assertThat(nextOffer().credit().slots()).isEqualTo(1);
    engine.tell(
        new EngineActor.Progress(lease("from-before", "c1", "e1"), call("c1"), true, caller.ref()));
    assertThat(inFlight(engine)).isEqualTo(1);
    nowNanos.addAndGet(Duration.ofSeconds(7).toNanos());
    time.timePasses(SETTINGS.probeInterval());
    engines.nextProbe().complete(running(4, 3));

    // Nobody has said who runs the other two: they are not ours.
    awaitRetracted();
    assertThat(nextOffer().credit().slots()).isEqualTo(3);
    testKit.stop(engine);
  }

  @Test
  void beginsWhenANodeHasItInItsConfigurationAndEndsWhenNoneHas() {
    TestProbe<ActorRef<EngineActor.Command>> passivated = testKit.createTestProbe();
    var engine = testKit.spawn(EngineActor.kept(ports(), () -> "first", passivated.ref()::tell));
    engine.tell(new EngineActor.Keep(description("e1")));
    awaitProbe();
    engines.nextProbe().complete(status(2));
    catalog.expectMessageClass(CatalogActor.EngineSeen.class);

    nowNanos.addAndGet(SETTINGS.forgetAfter().toNanos());
    engine.tell(new EngineActor.Keep(description("e1")));
    assertThat(inFlight(engine)).isZero();
    nowNanos.addAndGet(SETTINGS.forgetAfter().toNanos());
    time.timePasses(SETTINGS.probeInterval());
    engines.nextProbe().complete(status(2));
    catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    passivated.expectNoMessage(Duration.ZERO);

    nowNanos.addAndGet(1);
    time.timePasses(SETTINGS.probeInterval());
    catalog.expectMessage(new CatalogActor.EngineRemoved(ENGINE));
    passivated.expectMessage(engine);
    testKit.stop(engine);
  }

  @Test
  void endsForTheSakeOfAnotherDescriptionOnlyWhenNoNodeHasItsOwn() {
    TestProbe<ActorRef<EngineActor.Command>> passivated = testKit.createTestProbe();
    var engine = testKit.spawn(EngineActor.kept(ports(), () -> "first", passivated.ref()::tell));
    engine.tell(new EngineActor.Keep(description("e1")));
    awaitProbe();
    engines.nextProbe().complete(status(2));
    catalog.expectMessageClass(CatalogActor.EngineSeen.class);

    nowNanos.addAndGet(SETTINGS.forgetAfter().toNanos() + 1);
    engine.tell(
        new EngineActor.Keep(
            new EngineDescription(
                endpoint("e1"), Set.of("another"), OptionalInt.empty(), OptionalLong.empty())));
    time.timePasses(SETTINGS.probeInterval());

    passivated.expectMessage(engine);
    testKit.stop(engine);
  }

  /// The timers of an actor that has just heard its first message.
  private void awaitProbe() {
    for (int waits = 0; engines.probes.isEmpty() && waits < 1000; waits++) {
      time.timePasses(Duration.ofMillis(1));
      Thread.onSpinWait();
    }
  }

  private static EngineStatus running(int slots, int calls) {
    var status = status(slots);
    return new EngineStatus(
        status.models(),
        status.slots(),
        OptionalInt.of(calls),
        status.waiting(),
        status.kvCapacityTokens(),
        status.kvCacheUse());
  }

  /// An engine that answered its probes and lost calls, was left alone, and may be tried with one.
  private ActorRef<EngineActor.Command> onTrial() {
    var engine = answering(2);
    for (int call = 1; call <= SETTINGS.breaker().callFailures(); call++) {
      engine.tell(new EngineActor.Unreachable(new Lease.Id("lost-" + call), "broke off"));
      var probe = engines.nextProbe();
      if (call == SETTINGS.breaker().callFailures()) {
        assertThat(window(engine)).isZero();
        nowNanos.addAndGet(SETTINGS.breaker().openTime().toNanos());
      }
      probe.complete(status(2));
    }
    return engine;
  }

  private static CallEnd abandoned() {
    return new CallEnd(
        Usage.NONE, false, Optional.empty(), CallEnd.Answer.NONE, Optional.of(Reason.CLIENT_GONE));
  }

  @Test
  void offersAnewWhatWasLostWithASchedulerItNeverHeardOf() {
    var engine = answering(2);
    TestProbe<SchedulerActor.Command> next = testKit.createTestProbe();

    engine.tell(new EngineActor.Enlisted(POOL, next.ref()));
    awaitRetracted();
    assertThat(nextOffer().credit().slots()).isEqualTo(2);

    // The same scheduler again: it has what it was offered.
    engine.tell(new EngineActor.Enlisted(POOL, next.ref()));
    assertThat(inFlight(engine)).isZero();
    scheduler.expectNoMessage(Duration.ZERO);
    testKit.stop(engine);
  }

  private ActorRef<EngineActor.Command> answering(int slots) {
    var engine = spawn();
    engines.nextProbe().complete(status(slots));
    assertThat(nextOffer().credit().slots()).isEqualTo(slots);
    catalog.expectMessageClass(CatalogActor.EngineSeen.class);
    return engine;
  }

  private ActorRef<EngineActor.Command> spawn() {
    var engine = testKit.spawn(EngineActor.pinned(description("e1"), ports(), () -> "first"));
    time.timePasses(Duration.ZERO);
    return engine;
  }

  private EnginePorts ports() {
    return new EnginePorts(
        SETTINGS,
        engines,
        (_, command) -> scheduler.ref().tell(command),
        news -> catalog.ref().tell(news),
        _ -> {},
        new Instruments(),
        nowNanos::get);
  }

  private static EngineDescription description(String id) {
    return new EngineDescription(endpoint(id), Set.of(), OptionalInt.empty(), OptionalLong.empty());
  }

  private EngineActor.Start start(String id) {
    return new EngineActor.Start(call(id), 0, false, why(), caller.ref(), scheduler.ref());
  }

  private static Lease.Why why() {
    return new Lease.Why("least-loaded", 0);
  }

  private int window(ActorRef<EngineActor.Command> engine) {
    engine.tell(new EngineActor.Describe(reader.ref()));
    return reader.receiveMessage().window();
  }

  private int inFlight(ActorRef<EngineActor.Command> engine) {
    engine.tell(new EngineActor.Describe(reader.ref()));
    return reader.receiveMessage().inFlight();
  }

  /// The next offer of room; what else schedulers are told is passed over.
  private SchedulerActor.Offer nextOffer() {
    while (true) {
      if (scheduler.receiveMessage() instanceof SchedulerActor.Offer offer
          && offer.credit().slots() > 0) {
        return offer;
      }
    }
  }

  private void awaitRetracted() {
    var retracted = new SchedulerActor.Retract(ENGINE);
    while (!scheduler.receiveMessage().equals(retracted)) {
      // Passed over.
    }
  }

  private void awaitReturned(String call) {
    var returned = new SchedulerActor.Returned(ENGINE, new Call.Id(call));
    while (!scheduler.receiveMessage().equals(returned)) {
      // Passed over.
    }
  }
}
