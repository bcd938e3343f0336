package dev.troupe.actor;

import static dev.troupe.actor.PlayedEngine.SETTINGS;
import static dev.troupe.actor.PlayedEngine.why;
import static dev.troupe.actor.Samples.call;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.lease;
import static dev.troupe.actor.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.engine.EngineStatus;
import dev.troupe.program.Call;
import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What becomes of the leases of an engine.
class EngineLeasesTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedEngine engine = new PlayedEngine(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void grantsALeaseForEachSlotAndReturnsTheRest() {
    var actor = engine.answering(1);

    var granted = engine.grant(actor, "c1");
    assertThat(granted.call()).isEqualTo(new Call.Id("c1"));
    actor.tell(engine.start("c2"));

    engine.awaitReturned("c2");
    assertThat(engine.inFlight(actor)).isEqualTo(1);
    KIT.stop(actor);
  }

  @Test
  void offersASlotAgainWhenItsCallEnds() {
    var actor = engine.answering(1);
    var granted = engine.grant(actor, "c1");

    actor.tell(new EngineActor.Ended(granted.id(), completed(10, 0, 5)));

    assertThat(engine.nextOffer().credit().slots()).isEqualTo(1);
    assertThat(engine.inFlight(actor)).isZero();
    KIT.stop(actor);
  }

  @Test
  void countsTheEndOfALeaseOnce() {
    var actor = engine.answering(2);
    var first = engine.grant(actor, "c1").id();
    engine.grant(actor, "c2");

    actor.tell(new EngineActor.Ended(first, completed(10, 0, 5)));
    actor.tell(new EngineActor.Ended(first, completed(10, 0, 5)));
    actor.tell(new EngineActor.Declined(first));

    assertThat(engine.inFlight(actor)).isEqualTo(1);
    KIT.stop(actor);
  }

  @Test
  void offersLessToAnEngineThatSaysItIsTooBusy() {
    var actor = engine.answering(4);
    engine.grant(actor, "c1");
    var refused = engine.grant(actor, "c2").id();

    actor.tell(new EngineActor.Overloaded(refused));

    // It took one of two: its window is one call.
    assertThat(engine.window(actor)).isEqualTo(1);
    assertThat(engine.inFlight(actor)).isEqualTo(1);
    KIT.stop(actor);
  }

  @Test
  void releasesTheLeasesOfACallerThatIsGoneWithoutAWord() {
    var actor = engine.answering(1);
    TestProbe<CallActor.Command> leaving = KIT.createTestProbe();
    actor.tell(
        new EngineActor.Start(call("c1"), 0, false, why(), leaving.ref(), engine.scheduler.ref()));
    leaving.expectMessageClass(CallActor.Granted.class);

    leaving.stop();
    // Holders are asked for when they have not renewed for a third of a lease.
    engine.nowNanos.addAndGet(SETTINGS.leaseTime().toNanos() / 3);
    engine.probeIntervalPasses();

    assertThat(engine.nextOffer().credit().slots()).isEqualTo(1);
    KIT.stop(actor);
  }

  @Test
  void takesBackTheLeasesOfAnswersThatHaveNotBegunFromAnEngineThatIsGone() {
    var actor = engine.answering(2);
    var begun = engine.grant(actor, "c1");
    var opening = engine.grant(actor, "c2");
    actor.tell(new EngineActor.Progress(begun, call("c1"), true, engine.caller.ref()));
    actor.tell(new EngineActor.Progress(opening, call("c2"), false, engine.caller.ref()));

    engine.goesAway();

    engine.caller.expectMessage(new CallActor.Revoked(opening.id(), Reason.ENGINE_LOST));
    assertThat(engine.inFlight(actor)).isEqualTo(1);
    KIT.stop(actor);
  }

  @Test
  void learnsFromRenewalsWhatRunsWhenItHasForgotten() {
    var actor = engine.answering(2);

    actor.tell(
        new EngineActor.Progress(
            lease("from-before", "c1", "e1"), call("c1"), true, engine.caller.ref()));

    assertThat(engine.inFlight(actor)).isEqualTo(1);
    KIT.stop(actor);
  }

  @Test
  void keepsRoomForCallsThatRunUnderLeasesOfAnEarlierActor() {
    var actor = engine.spawn();
    engine.client.nextProbe().complete(running(4, 3));

    assertThat(engine.nextOffer().credit().slots()).isEqualTo(1);
    actor.tell(
        new EngineActor.Progress(
            lease("from-before", "c1", "e1"), call("c1"), true, engine.caller.ref()));
    assertThat(engine.inFlight(actor)).isEqualTo(1);
    engine.nowNanos.addAndGet(Duration.ofSeconds(7).toNanos());
    engine.probeIntervalPasses();
    engine.client.nextProbe().complete(running(4, 3));

    // Nobody has said who runs the other two: they are not ours.
    engine.awaitRetracted();
    assertThat(engine.nextOffer().credit().slots()).isEqualTo(3);
    KIT.stop(actor);
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
}
