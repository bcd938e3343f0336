package dev.troupe.actor;

import static dev.troupe.actor.PlayedCall.CALL;
import static dev.troupe.actor.PlayedCall.LEAVE_TIME;
import static dev.troupe.actor.PlayedCall.SETTINGS;
import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.lease;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.engine.Lease;
import dev.troupe.program.Reason;
import dev.troupe.program.Standing;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EndingCallTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedCall call = new PlayedCall(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void chargesItsProgramOnceAndKeepsItsStandingWhenTheAnswerEnds() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");

    run.observer.began();
    run.observer.ended(completed(100, 40, 10));

    call.engine.expectMessage(new EngineActor.Ended(run.lease.id(), completed(100, 40, 10)));
    var ended = call.program.expectMessageClass(ProgramActor.CallEnded.class);
    // 60 tokens prefilled at 1 us and 10 decoded at 1 ms.
    assertThat(ended.serviceNanos()).isEqualTo(60_000 + 10_000_000);
    assertThat(ended.succeeded()).isTrue();
    call.caller.expectMessage(new CallEvent.Ended(completed(100, 40, 10)));
    call.calls.expectMessage(new CallsActor.CallOver(CALL.id(), true));
    ended.replyTo().tell(new CallActor.Served(new Standing(9, 9, 9, 1)));
    call.calls.expectMessage(
        new CallsActor.StandingHeard(CALL.program(), new Standing(9, 9, 9, 1)));
    call.calls.expectTerminated(actor);
  }

  @Test
  void chargesItsProgramAgainUntilThatAnswers() {
    var actor = call.start();
    var run = call.stream(actor, "l1", "e1");
    run.observer.ended(completed(10, 0, 5));
    var charge = call.program.expectMessageClass(ProgramActor.CallEnded.class);

    call.time.timePasses(SETTINGS.announceInterval());
    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class)).isEqualTo(charge);

    actor.tell(new CallActor.Served(new Standing(7, 7, 0, 1)));
    call.calls.expectTerminated(actor);
  }

  @Test
  void chargesItsProgramAgainHoweverSeldomItAnnouncesItself() {
    var seldom = new CallSettings(3, Duration.ofMinutes(5), Duration.ofMillis(100));
    var actor = call.spawn(Standing.NEW, call.caller.ref()::tell, seldom);
    call.program.expectMessageClass(ProgramActor.Submit.class);
    var run = call.stream(actor, "l1", "e1");
    run.observer.ended(completed(10, 0, 5));
    var charge = call.program.expectMessageClass(ProgramActor.CallEnded.class);

    call.time.timePasses(seldom.announceInterval());
    assertThat(call.program.expectMessageClass(ProgramActor.CallEnded.class)).isEqualTo(charge);

    call.time.timePasses(seldom.announceInterval());
    call.calls.expectTerminated(actor);
  }

  @Test
  void declinesALeaseThatComesAfterItHasLeft() {
    var actor = call.start();
    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));
    call.caller.expectMessageClass(CallEvent.Failed.class);

    actor.tell(new CallActor.Granted(lease("l1", "c1", "e1"), call.engine.ref()));

    call.engine.expectMessage(new EngineActor.Declined(new Lease.Id("l1")));
    call.time.timePasses(LEAVE_TIME);
    call.calls.expectTerminated(actor);
  }
}
