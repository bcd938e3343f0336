package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramActor.CallWithdrawn;
import dev.troupe.actor.ProgramActor.Describe;
import dev.troupe.actor.ProgramActor.Described;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardedProgramsTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Call.Id FAIL = new Call.Id("fail");
  private static final Call.Id PASSIVATE = new Call.Id("passivate");

  private static final ActorTestKit first = TestNodes.create("");
  private static final TestProbe<Event> events = first.createTestProbe();
  private static final ShardedPrograms onFirst = holdAndJoin(first);

  private static final ActorTestKit second = TestNodes.create(TestNodes.seededBy(first));
  private static final ShardedPrograms onSecond = holdAndJoin(second);

  private static final ActorTestKit client = TestNodes.createClient(TestNodes.seededBy(first));
  private static final ShardedPrograms onClient = ShardedPrograms.find(client.system());

  /// What became of a program's actor. A new one counts from 1.
  private record Event(Program.Id program, String what) {}

  private static ShardedPrograms holdAndJoin(ActorTestKit node) {
    // In this order, since a member that does not take part yet holds the others up.
    var programs = ShardedPrograms.start(node.system(), ShardedProgramsTest::program);
    TestNodes.join(node);
    return programs;
  }

  @BeforeAll
  static void joinTheClient() {
    TestNodes.join(client);
  }

  @AfterAll
  static void shutdown() {
    client.shutdownTestKit();
    second.shutdownTestKit();
    first.shutdownTestKit();
  }

  @Test
  void reachesTheSameActorFromEveryNode() {
    var program = id("anyone", "shared");

    onFirst.tell(program, new CallWithdrawn(new Call.Id("a")));
    expect(program, "message 1");
    onSecond.tell(program, new CallWithdrawn(new Call.Id("b")));
    expect(program, "message 2");
    onClient.tell(program, new CallWithdrawn(new Call.Id("c")));
    expect(program, "message 3");
  }

  @Test
  void carriesAnAnswerToTheNodeThatAsks() {
    var answers = client.<Described>createTestProbe();

    // Enough programs for some of them to live on each node.
    for (int i = 0; i < 20; i++) {
      onClient.tell(id("anyone", "asked-" + i), new Describe(answers.ref()));
    }

    for (int i = 0; i < 20; i++) {
      answers.expectMessage(SOON, new Described(Optional.empty()));
    }
  }

  @Test
  void makesAFreshActorAfterAFailure() {
    var program = id("anyone", "failing");

    onFirst.tell(program, new CallWithdrawn(new Call.Id("a")));
    expect(program, "message 1");
    onFirst.tell(program, new CallWithdrawn(FAIL));
    expect(program, "stopped");
    // What arrives while it goes down is lost, so callers say it again.
    events.awaitAssert(
        SOON,
        () -> {
          onFirst.tell(program, new CallWithdrawn(new Call.Id("b")));
          return events.expectMessage(Duration.ofMillis(300), new Event(program, "message 1"));
        });
  }

  @Test
  void stopsAnActorThatSaysItIsIdle() {
    var program = id("anyone", "idle");

    onFirst.tell(program, new CallWithdrawn(PASSIVATE));
    expect(program, "stopped");
    onFirst.tell(program, new CallWithdrawn(new Call.Id("a")));
    expect(program, "message 1");
  }

  @ParameterizedTest
  @CsvSource({"anyone,p1", "a,b:c", "a:b,c", "1:a,2:b", "文字,🎭/../ %41"})
  void namesAnEntityAfterTenantAndProgram(String tenant, String program) {
    var id = id(tenant, program);

    assertThat(ShardedPrograms.programOf(ShardedPrograms.entityIdOf(id))).isEqualTo(id);
  }

  @Test
  void keepsTenantsApart() {
    assertThat(ShardedPrograms.entityIdOf(id("ab", "c")))
        .isNotEqualTo(ShardedPrograms.entityIdOf(id("a", "bc")));
  }

  private static void expect(Program.Id program, String what) {
    events.expectMessage(SOON, new Event(program, what));
  }

  private static Program.Id id(String tenant, String program) {
    return new Program.Id(new Tenant(tenant), program);
  }

  private static Behavior<ProgramActor.Command> program(
      Program.Id program, Consumer<ActorRef<ProgramActor.Command>> passivate) {
    return counting(program, passivate, 1);
  }

  private static Behavior<ProgramActor.Command> counting(
      Program.Id program, Consumer<ActorRef<ProgramActor.Command>> passivate, int next) {
    return Behaviors.receive(ProgramActor.Command.class)
        .onMessage(
            Describe.class,
            describe -> {
              describe.replyTo().tell(new Described(Optional.empty()));
              return Behaviors.same();
            })
        .onMessageEquals(
            new CallWithdrawn(FAIL),
            () -> {
              throw new IllegalStateException("asked to fail");
            })
        .onMessageEquals(
            new CallWithdrawn(PASSIVATE),
            () ->
                Behaviors.setup(context -> {
                  passivate.accept(context.getSelf());
                  return counting(program, passivate, next);
                }))
        .onMessage(
            CallWithdrawn.class,
            _ -> {
              events.ref().tell(new Event(program, "message " + next));
              return counting(program, passivate, next + 1);
            })
        .onMessage(ProgramActor.Stop.class, _ -> Behaviors.stopped())
        .onSignal(
            PostStop.class,
            _ -> {
              events.ref().tell(new Event(program, "stopped"));
              return Behaviors.same();
            })
        .build();
  }
}
