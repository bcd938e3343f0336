package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.CallRequest;
import dev.troupe.actor.CallsActor;
import dev.troupe.engine.RequestBody;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Program;
import dev.troupe.program.Reason;
import dev.troupe.program.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgramCallTest {

  private final ActorTestKit testKit = ActorTestKit.create();
  private final TestProbe<CallsActor.Command> calls = testKit.createTestProbe();

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void leavesTheCallAloneWhoseDuplicateItIs() {
    var events =
        ProgramCall.events(
                calls.ref(), call(), request(), Program.Declared.NOTHING, Duration.ofMinutes(1))
            .runWith(Sink.seq(), testKit.system());
    var start = calls.expectMessageClass(CallsActor.Start.class);

    start
        .listener()
        .accept(new CallEvent.Failed(Reason.DUPLICATE_CALL, "it is open", Optional.empty()));

    assertThat(events.toCompletableFuture().join())
        .containsExactly(
            new ProgramCallEvent.Failed(Reason.DUPLICATE_CALL, "it is open", Optional.empty()));
    calls.expectNoMessage();
  }

  @Test
  void abandonsACallThatIsCancelledWhileItWaits() {
    ProgramCall.events(
            calls.ref(), call(), request(), Program.Declared.NOTHING, Duration.ofMinutes(1))
        .runWith(Sink.cancelled(), testKit.system());

    calls.expectMessageClass(CallsActor.Start.class);
    calls.expectMessage(new CallsActor.Abandon(call().id()));
  }

  private static Call call() {
    return new Call(
        new Call.Id("reduce"),
        new Program.Id(Tenant.ANYONE, "report"),
        new ModelPool("any-model"),
        100,
        20,
        PrefixChain.EMPTY,
        List.of());
  }

  private static CallRequest request() {
    return new CallRequest(
        "/v1/chat/completions",
        List.of(),
        new RequestBody("{}".getBytes(StandardCharsets.UTF_8), 0, List.of()),
        true);
  }
}
