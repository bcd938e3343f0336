package dev.troupe.actor;

import static dev.troupe.actor.PlayedCall.CALL;
import static dev.troupe.actor.PlayedCall.LEAVE_TIME;
import static dev.troupe.actor.PlayedCall.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.program.Reason;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WaitingCallTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());

  private final PlayedCall call = new PlayedCall(KIT);

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void asksItsProgramForServiceAndAnnouncesItselfAgainWhileItWaits() {
    var actor = call.start();

    call.nowNanos.set(Duration.ofSeconds(5).toNanos());
    call.time.timePasses(SETTINGS.announceInterval());

    var again = call.program.expectMessageClass(ProgramActor.Submit.class);
    assertThat(again.call()).isEqualTo(CALL);
    assertThat(again.waitedNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(5));
    KIT.stop(actor);
  }

  @Test
  void sendsTheStandingItsNodeRemembersAlong() {
    var standing = new Standing(7, 5, 3, 1);

    var actor = call.spawn(standing);

    assertThat(call.program.expectMessageClass(ProgramActor.Submit.class).hint())
        .isEqualTo(standing);
    KIT.stop(actor);
  }

  @Test
  void announcesItselfToTheNextSchedulerWhenItsOwnIsLost() {
    var actor = call.start();
    actor.tell(new CallActor.Queued(call.scheduler.ref(), 0));
    call.caller.expectMessage(new CallEvent.Queued(0));
    call.calls.expectMessage(new CallsActor.WaitsWith(call.scheduler.ref()));

    TestProbe<SchedulerActor.Command> another = KIT.createTestProbe();
    actor.tell(new CallActor.SchedulerLost(another.ref()));
    call.time.timePasses(SETTINGS.rejoinDelay());
    call.program.expectNoMessage(Duration.ZERO);
    actor.tell(new CallActor.SchedulerLost(call.scheduler.ref()));
    // The actor has read it once it says so.
    actor.tell(new CallActor.Queued(call.scheduler.ref(), 1));
    call.caller.expectMessage(new CallEvent.Queued(1));
    call.time.timePasses(SETTINGS.rejoinDelay());

    call.program.expectMessageClass(ProgramActor.Submit.class);
    KIT.stop(actor);
  }

  @Test
  void leavesTheQueueWhenItFails() {
    var actor =
        call.spawn(
            Standing.NEW,
            _ -> {
              throw new IllegalStateException("asked to fail");
            });
    call.program.expectMessageClass(ProgramActor.Submit.class);

    actor.tell(new CallActor.Queued(call.scheduler.ref(), 0));

    call.scheduler.expectMessage(new SchedulerActor.Withdraw(CALL.id()));
    call.program.expectMessage(new ProgramActor.CallWithdrawn(CALL.id()));
  }

  @Test
  void leavesTheCallOfItsIdAloneThatItsProgramKnows() {
    var actor = call.start();

    actor.tell(new CallActor.Refused(Reason.DUPLICATE_CALL, "it is open", Optional.empty()));

    assertThat(call.caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.DUPLICATE_CALL);
    call.program.expectNoMessage(Duration.ZERO);
  }

  @Test
  void leavesTheQueueWhenTheClientGoesWhileItWaits() {
    var actor = call.start();

    actor.tell(new CallActor.Abandon(Reason.CLIENT_GONE));

    call.scheduler.expectMessage(new SchedulerActor.Withdraw(CALL.id()));
    call.program.expectMessage(new ProgramActor.CallWithdrawn(CALL.id()));
    assertThat(call.caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.CLIENT_GONE);
    call.time.timePasses(LEAVE_TIME);
    call.calls.expectTerminated(actor);
  }

  @Test
  void endsAtItsDeadlineWhileItWaits() {
    var actor = call.start();

    call.time.timePasses(Duration.ofMinutes(1));

    assertThat(call.caller.expectMessageClass(CallEvent.Failed.class).reason())
        .isEqualTo(Reason.DEADLINE_EXCEEDED);
    call.time.timePasses(LEAVE_TIME);
    call.calls.expectTerminated(actor);
  }

  @Test
  void tellsItsCallerWhyItWasRefused() {
    var actor = call.start();

    actor.tell(
        new CallActor.Refused(Reason.QUEUE_FULL, "full", Optional.of(Duration.ofSeconds(3))));

    call.caller.expectMessage(
        new CallEvent.Failed(Reason.QUEUE_FULL, "full", Optional.of(Duration.ofSeconds(3))));
    call.program.expectMessage(new ProgramActor.CallWithdrawn(CALL.id()));
    call.calls.expectTerminated(actor);
  }
}
