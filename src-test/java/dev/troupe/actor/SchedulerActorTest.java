package dev.troupe.actor;

import static dev.troupe.actor.Samples.POOL;
import static dev.troupe.actor.Samples.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.Priority;
import dev.troupe.program.Reason;
import dev.troupe.schedule.ScheduleSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;

class SchedulerActorTest {

  private static final EngineId ENGINE = new EngineId("e1");

  private final AtomicLong nowNanos = new AtomicLong();
  private final TestInbox<CallActor.Command> caller = TestInbox.create();
  private final TestInbox<EngineActor.Command> engine = TestInbox.create();
  private final LostNodes lostNodes = _ -> {};

  @Test
  void holdsCallsUntilAnEngineOffersRoom() {
    var scheduler = scheduler("");

    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    caller.expectMessage(new CallActor.Queued(scheduler.getRef(), 0));
    assertThat(engine.hasMessages()).isFalse();

    scheduler.run(offer(1));
    assertThat(started()).containsExactly("c1");
  }

  @Test
  void tellsACallThatItWaitsOnlyWhenItDoes() {
    var scheduler = scheduler("");
    scheduler.run(offer(1));

    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    assertThat(started()).containsExactly("c1");
    assertThat(caller.hasMessages()).isFalse();

    scheduler.run(new SchedulerActor.Returned(ENGINE, new Call.Id("c1")));
    caller.expectMessage(new CallActor.Queued(scheduler.getRef(), 0));
  }

  @Test
  void neverSendsAnEngineMoreCallsThanItOffered() {
    var scheduler = scheduler("");
    scheduler.run(offer(2));

    for (var id : List.of("c1", "c2", "c3")) {
      scheduler.run(enqueue(id, Priority.NEWCOMER));
    }

    assertThat(started()).containsExactly("c1", "c2");
  }

  @Test
  void letsTheProgramWithLessServiceGoFirstUnderPlas() {
    var scheduler = scheduler("troupe.schedule.discipline = plas");
    scheduler.run(
        enqueue(
            "veteran", new Priority(1_000_000_000_000L, 0, 0, 0, 0, true, 0, OptionalInt.empty())));
    scheduler.run(enqueue("newcomer", Priority.NEWCOMER));

    scheduler.run(offer(2));

    assertThat(started()).containsExactly("newcomer", "veteran");
  }

  @Test
  void keepsTheOrderOfArrivalUnderFcfs() {
    var scheduler = scheduler("troupe.schedule.discipline = fcfs");
    scheduler.run(
        enqueue(
            "veteran", new Priority(1_000_000_000_000L, 0, 0, 0, 0, true, 0, OptionalInt.empty())));
    nowNanos.incrementAndGet();
    scheduler.run(enqueue("newcomer", Priority.NEWCOMER));

    scheduler.run(offer(2));

    assertThat(started()).containsExactly("veteran", "newcomer");
  }

  @Test
  void refusesACallWhenTheQueueIsFullAndSaysWhenToComeAgain() {
    var scheduler = scheduler("troupe.schedule.max-waiting = 1");
    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    caller.getAllReceived();

    scheduler.run(enqueue("c2", Priority.NEWCOMER));

    var refused = (CallActor.Refused) caller.receiveMessage();
    assertThat(refused.reason()).isEqualTo(Reason.QUEUE_FULL);
    assertThat(refused.retryAfter()).isPresent();
  }

  @Test
  void refusesNoCallThatWasAdmittedBefore() {
    var scheduler = scheduler("troupe.schedule.max-waiting = 1");
    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    caller.getAllReceived();

    scheduler.run(
        new SchedulerActor.Enqueue(
            call("c2"),
            Priority.NEWCOMER,
            1_000,
            true,
            Set.of(),
            Optional.empty(),
            caller.getRef()));

    assertThat(caller.receiveMessage()).isInstanceOf(CallActor.Queued.class);
  }

  @Test
  void queuesACallOnlyOnceHoweverOftenItAnnouncesItself() {
    var scheduler = scheduler("");
    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    scheduler.run(enqueue("c1", Priority.NEWCOMER));

    scheduler.run(offer(2));

    assertThat(started()).containsExactly("c1");
  }

  @Test
  void forgetsACallThatWasWithdrawn() {
    var scheduler = scheduler("");
    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    scheduler.run(new SchedulerActor.Withdraw(new Call.Id("c1")));

    scheduler.run(offer(1));

    assertThat(started()).isEmpty();
  }

  @Test
  void queuesACallAgainThatTheEngineHadNoRoomFor() {
    var scheduler = scheduler("");
    scheduler.run(enqueue("c1", Priority.NEWCOMER));
    scheduler.run(offer(1));
    assertThat(started()).containsExactly("c1");

    scheduler.run(new SchedulerActor.Returned(ENGINE, new Call.Id("c1")));
    scheduler.run(offer(1));

    assertThat(started()).containsExactly("c1");
  }

  @Test
  void keepsANewCallOfTheSameIdWhenTheFormerCallerStops() {
    var testKit = ActorTestKit.create();
    try {
      var config = ConfigFactory.load();
      var scheduler =
          testKit.spawn(
              SchedulerActor.create(
                  POOL, ScheduleSettings.of(config), lostNodes, new Instruments(), nowNanos::get));
      var former = testKit.<CallActor.Command>createTestProbe();
      var latter = testKit.<CallActor.Command>createTestProbe();
      var other = testKit.<CallActor.Command>createTestProbe();
      scheduler.tell(enqueue("c1", former));
      scheduler.tell(enqueue("c1", latter));
      scheduler.tell(enqueue("c2", other));
      other.expectMessageClass(CallActor.Queued.class);

      former.stop();
      latter.expectTerminated(former.ref());
      other.stop();
      // Callers are asked for when they have not announced themselves for ten seconds.
      nowNanos.addAndGet(Duration.ofSeconds(10).toNanos());

      var views = testKit.<SchedulerActor.PoolView>createTestProbe();
      views.awaitAssert(() -> {
        scheduler.tell(new SchedulerActor.Describe(views.ref()));
        assertThat(views.receiveMessage().waiting().getFirst()).isEqualTo(1);
        return Done.getInstance();
      });
      var room = testKit.<EngineActor.Command>createTestProbe();
      scheduler.tell(
          new SchedulerActor.Offer(
              ENGINE, room.ref(), new Credit(1, Credit.UNLIMITED), EngineLoad.IDLE, true));
      room.expectMessageClass(EngineActor.Enlisted.class);
      assertThat(room.expectMessageClass(EngineActor.Start.class).replyTo())
          .isEqualTo(latter.ref());
    } finally {
      testKit.shutdownTestKit();
    }
  }

  @Test
  void spendsNoCreditThatWasTakenBack() {
    var scheduler = scheduler("");
    scheduler.run(offer(1));
    scheduler.run(new SchedulerActor.Retract(ENGINE));

    scheduler.run(enqueue("c1", Priority.NEWCOMER));

    assertThat(started()).isEmpty();
  }

  @Test
  void makesItselfKnownToAnEngineItHasNotSeen() {
    var scheduler = scheduler("");

    scheduler.run(offer(1));
    scheduler.run(offer(1));

    assertThat(engine.getAllReceived())
        .containsExactly(new EngineActor.Enlisted(POOL, scheduler.getRef()));
  }

  private BehaviorTestKit<SchedulerActor.Command> scheduler(String overrides) {
    var config = ConfigFactory.parseString(overrides).withFallback(ConfigFactory.load()).resolve();
    return BehaviorTestKit.create(
        SchedulerActor.create(
            POOL, ScheduleSettings.of(config), lostNodes, new Instruments(), nowNanos::get));
  }

  private SchedulerActor.Offer offer(int slots) {
    return new SchedulerActor.Offer(
        ENGINE, engine.getRef(), new Credit(slots, Credit.UNLIMITED), EngineLoad.IDLE, true);
  }

  private SchedulerActor.Enqueue enqueue(String id, Priority priority) {
    return new SchedulerActor.Enqueue(
        call(id), priority, 0, false, Set.of(), Optional.empty(), caller.getRef());
  }

  private static SchedulerActor.Enqueue enqueue(String id, TestProbe<CallActor.Command> caller) {
    return new SchedulerActor.Enqueue(
        call(id), Priority.NEWCOMER, 0, false, Set.of(), Optional.empty(), caller.ref());
  }

  private List<String> started() {
    return engine.getAllReceived().stream()
        .filter(EngineActor.Start.class::isInstance)
        .map(message -> ((EngineActor.Start) message).call().id().value())
        .toList();
  }
}
