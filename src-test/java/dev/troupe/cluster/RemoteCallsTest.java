package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.EngineActor;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A call whose program, scheduler, engine and caller are on two nodes, placed as badly as can be.
class RemoteCallsTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final List<String> MODELS =
      IntStream.range(0, 16).mapToObj(at -> "model-" + at).toList();

  private final PlayedEngines engines = new PlayedEngines();
  private final WholeNode calling = WholeNode.up(SentBetweenNodes.SETTING, engines);
  private final WholeNode other =
      WholeNode.up(SentBetweenNodes.SETTING + TestNodes.seededBy(calling.kit), engines);
  private final TestProbe<CallEvent> caller = calling.kit.createTestProbe();

  @BeforeEach
  void forget() {
    SentBetweenNodes.clear();
  }

  @AfterEach
  void shutdown() {
    other.kit.shutdownTestKit();
    calling.kit.shutdownTestKit();
  }

  @Test
  void takeFourMessagesBetweenNodesBeforeTheyBeginAndFourAfter() {
    other.startEngine("far", MODELS.stream().collect(Collectors.toSet()), 8);
    var model = schedulerOn(calling);
    var program = programOn(other);
    SentBetweenNodes.clear();

    calling.call(call(program, "c1", model), caller.ref()::tell);

    var answering = caller.expectMessageClass(CallEvent.Answering.class, SOON);
    // To the program, from there to the scheduler, to the engine's actor, and the lease to the
    // call:
    // two round trips.
    assertThat(SentBetweenNodes.sent().subList(0, 4))
        .containsExactly("Submit", "Enqueue", "Start", "Granted");
    engines.end(answering.lease());
    caller.expectMessageClass(CallEvent.Ended.class, SOON);
    // No actor is watched for one call.
    caller.awaitAssert(
        SOON,
        () ->
            assertThat(SentBetweenNodes.sent())
                .containsExactlyInAnyOrder(
                    "Submit",
                    "Enqueue",
                    "Start",
                    "Granted",
                    "CallGranted",
                    "Ended",
                    "CallEnded",
                    "Served"));
  }

  @Test
  void areForgottenWithTheNodeOfTheirCallers() {
    var engine = other.startEngine("far", MODELS.stream().collect(Collectors.toSet()), 1);
    var model = schedulerOn(other);
    var program = programOn(other);
    calling.call(call(program, "runs", model), caller.ref()::tell);
    caller.expectMessageClass(CallEvent.Answering.class, SOON);
    calling.call(call(program, "waits", model), caller.ref()::tell);
    caller.expectMessageClass(CallEvent.Queued.class, SOON);
    var cluster = Cluster.get(other.kit.system());

    cluster.manager().tell(new Down(Cluster.get(calling.kit.system()).selfMember().address()));

    TestProbe<EngineActor.EngineView> engineViews = other.kit.createTestProbe();
    TestProbe<SchedulerActor.PoolView> poolViews = other.kit.createTestProbe();
    TestProbe<ProgramActor.Described> programViews = other.kit.createTestProbe();
    engineViews.awaitAssert(
        SOON,
        () -> {
          engine.tell(new EngineActor.Describe(engineViews.ref()));
          assertThat(engineViews.receiveMessage().inFlight()).isZero();
          other.schedulers.tell(new ModelPool(model), new SchedulerActor.Describe(poolViews.ref()));
          assertThat(poolViews.receiveMessage().waiting()).containsOnly(0);
          other.programs.tell(program, new ProgramActor.Describe(programViews.ref()));
          assertThat(programViews.receiveMessage().view().orElseThrow().state())
              .isEqualTo(ProgramView.State.IDLE);
          return Done.getInstance();
        });
  }

  /// A model whose scheduler is on that node.
  private String schedulerOn(WholeNode node) {
    return caller.awaitAssert(
        SOON,
        () -> {
          var there = node.entities("scheduler");
          assertThat(calling.entities("scheduler").size() + other.entities("scheduler").size())
              .isEqualTo(MODELS.size());
          assertThat(there).isNotEmpty();
          return there.getFirst();
        });
  }

  /// A program that lives on that node.
  private Program.Id programOn(WholeNode node) {
    TestProbe<ProgramActor.Described> probe = calling.kit.createTestProbe();
    for (int at = 0; at < 16; at++) {
      calling.programs.tell(
          new Program.Id(Tenant.ANYONE, "program-" + at), new ProgramActor.Describe(probe.ref()));
      probe.receiveMessage(SOON);
    }
    return ShardedPrograms.programOf(node.entities("program").getFirst());
  }

  private static Call call(Program.Id program, String name, String model) {
    return new Call(
        Call.Id.of(program, name),
        program,
        new ModelPool(model),
        100,
        20,
        PrefixChain.EMPTY,
        List.of());
  }
}
