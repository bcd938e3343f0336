package dev.troupe.actor;

import static dev.troupe.actor.PlayedEngine.SETTINGS;
import static dev.troupe.actor.Samples.POOL;
import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.engine.Credit;
import dev.troupe.engine.Lease;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What an engine offers, by how it answers.
class WatchedEngineTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedEngine engine = new PlayedEngine(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void offersItsSlotsOnceItAnswers() {
    var actor = engine.spawn();
    engine.scheduler.expectNoMessage(Duration.ZERO);

    engine.client.nextProbe().complete(status(2));

    assertThat(engine.nextOffer().credit().slots()).isEqualTo(2);
    var seen = engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class).engine();
    assertThat(seen.isReachable()).isTrue();
    assertThat(seen.models()).containsExactly(POOL.model());
    KIT.stop(actor);
  }

  @Test
  void takesItsOffersBackWhileItDoesNotAnswerAndComesBackByItself() {
    var actor = engine.answering(2);

    engine.goesAway();
    engine.awaitRetracted();

    engine.probeIntervalPasses();
    engine.client.nextProbe().complete(status(2));
    assertThat(engine.nextOffer().credit().slots()).isEqualTo(2);
    KIT.stop(actor);
  }

  @Test
  void tellsCatalogsWhyItDoesNotAnswer() {
    var actor = engine.spawn();

    engine
        .client
        .nextProbe()
        .completeExceptionally(new CompletionException(new IllegalStateException("refused")));

    var seen = engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class).engine();
    assertThat(seen.isReachable()).isFalse();
    assertThat(seen.whyUnreachable()).contains("refused");
    KIT.stop(actor);
  }

  @Test
  void warnsInTheNameOfItsActorOnceItDoesNotAnswer() {
    var actor = engine.answering(2);

    LoggingTestKit.warn("does not answer")
        .withLoggerName(EngineActor.class.getName())
        .expect(
            KIT.system(),
            () -> {
              engine.goesAway();
              return Done.getInstance();
            });
    KIT.stop(actor);
  }

  @Test
  void warnsOnceWhyItHasNeverAnsweredWithoutTheNamesOfExceptions() {
    var actor = engine.spawn();
    var refused = new CompletionException(new IllegalStateException("refused"));

    LoggingTestKit.warn("does not answer")
        .withMessageRegex("engine \\S+ does not answer at http://\\S+: refused")
        .withOccurrences(1)
        .expect(
            KIT.system(),
            () -> {
              engine.client.nextProbe().completeExceptionally(refused);
              engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class);
              engine.goesAway();
              return Done.getInstance();
            });
    KIT.stop(actor);
  }

  @Test
  void takesNoCallsWhileItsProbesFailThoughAnAnswerBeganBefore() {
    var actor = engine.answering(2);
    var lease = engine.grant(actor, "c1");
    engine.nowNanos.addAndGet(1);
    engine.probeIntervalPasses();
    engine.client.nextProbe().completeExceptionally(new IllegalStateException("refused"));
    engine.catalog.expectMessageClass(CatalogActor.EngineSeen.class);

    actor.tell(new EngineActor.Progress(lease, call("c1"), true, engine.caller.ref()));

    assertThat(engine.window(actor)).isZero();
    actor.tell(engine.start("c2"));
    engine.awaitReturned("c2");
    KIT.stop(actor);
  }

  @Test
  void offersTheKvTokensOfASlotWithItAfterALostCall() {
    // Of 100,000 KV tokens c1 may hold 120. The lost call leaves room for one call at a time,
    // which is c1: everything is taken back. The answered probe gives the other slot back, with
    // the rest.
    var actor = engine.answering(2);
    engine.grant(actor, "c1");

    actor.tell(new EngineActor.Unreachable(new Lease.Id("lost"), "broke off"));
    engine.awaitRetracted();
    engine.client.nextProbe().complete(status(2));

    assertThat(engine.nextOffer().credit()).isEqualTo(new Credit(1, 99_880));
    KIT.stop(actor);
  }

  @Test
  void trustsAnEngineOnTrialOnceAnAnswerHasBegun() {
    var actor = onTrial();
    var lease = engine.grant(actor, "c1");
    actor.tell(new EngineActor.Progress(lease, call("c1"), false, engine.caller.ref()));
    assertThat(engine.window(actor)).isEqualTo(1);

    actor.tell(new EngineActor.Progress(lease, call("c1"), true, engine.caller.ref()));

    assertThat(engine.window(actor)).isEqualTo(2);
    KIT.stop(actor);
  }

  @Test
  void doesNotTrustAnEngineOnTrialBecauseAClientLeft() {
    var actor = onTrial();
    var lease = engine.grant(actor, "c1").id();

    actor.tell(new EngineActor.Ended(lease, abandoned()));

    assertThat(engine.window(actor)).isEqualTo(1);
    KIT.stop(actor);
  }

  /// An engine that answered its probes and lost calls, was left alone, and may be tried with
  /// one.
  private ActorRef<EngineActor.Command> onTrial() {
    var actor = engine.answering(2);
    for (int call = 1; call <= SETTINGS.breaker().callFailures(); call++) {
      actor.tell(new EngineActor.Unreachable(new Lease.Id("lost-" + call), "broke off"));
      var probe = engine.client.nextProbe();
      if (call == SETTINGS.breaker().callFailures()) {
        assertThat(engine.window(actor)).isZero();
        engine.nowNanos.addAndGet(SETTINGS.breaker().openTime().toNanos());
      }
      probe.complete(status(2));
    }
    return actor;
  }

  private static CallEnd abandoned() {
    return new CallEnd(
        Usage.NONE, false, Optional.empty(), CallEnd.Answer.NONE, Optional.of(Reason.CLIENT_GONE));
  }

  @Test
  void offersEverythingAnewToTheNextScheduler() {
    var actor = engine.answering(2);
    TestProbe<SchedulerActor.Command> former = KIT.createTestProbe();
    actor.tell(new EngineActor.Enlisted(POOL, former.ref()));
    engine.awaitRetracted();
    assertThat(engine.nextOffer().credit().slots()).isEqualTo(2);

    former.stop();

    engine.awaitRetracted();
    assertThat(engine.nextOffer().credit().slots()).isEqualTo(2);
    KIT.stop(actor);
  }

  @Test
  void offersAnewWhatWasLostWithASchedulerItNeverHeardOf() {
    var actor = engine.answering(2);
    TestProbe<SchedulerActor.Command> next = KIT.createTestProbe();

    actor.tell(new EngineActor.Enlisted(POOL, next.ref()));
    engine.awaitRetracted();
    assertThat(engine.nextOffer().credit().slots()).isEqualTo(2);

    // The same scheduler again: it has what it was offered.
    actor.tell(new EngineActor.Enlisted(POOL, next.ref()));
    assertThat(engine.inFlight(actor)).isZero();
    engine.scheduler.expectNoMessage(Duration.ZERO);
    KIT.stop(actor);
  }
}
