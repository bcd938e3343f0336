package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.OneThread;
import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.FunctionActor.Call;
import dev.troupe.actor.FunctionActor.Recall;
import dev.troupe.actor.Functions;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.StepRunner;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.plan.StepId;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import dev.troupe.run.Reservation;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunId;
import dev.troupe.run.StepInput;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Steps whose function no callback here makes: what they tell the function's actor, and what they make of
/// what they hear.
class FunctionStepsTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestProbe<FunctionActor.Command> function = KIT.createTestProbe();
  private final Doing doing = begin();
  private final Call call = function.expectMessageClass(Call.class);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private Doing begin() {
    var tenant = new Tenant("t");
    var input = new StepInput.Function("f", JsonNodeFactory.instance.objectNode());
    var start =
        new RunAction.StartStep(
            new StepId("s"),
            2,
            input,
            List.of(),
            0,
            0,
            Map.of(),
            Reservation.NONE,
            OptionalLong.empty(),
            OptionalLong.of(7_000));
    var doing =
        new FunctionSteps(KIT.system(), new Told())
            .start(
                new StepRunner.Task(
                    new RunJournal.Key(tenant, new RunId("r")),
                    new Program.Id(tenant, "r"),
                    Program.Declared.NOTHING,
                    start,
                    "r/s#2",
                    List.of()),
                input);
    TIME.timePasses(Duration.ofMillis(1));
    return doing;
  }

  private Call announced() {
    TIME.timePasses(Duration.ofSeconds(5));
    return function.expectMessageClass(Call.class);
  }

  @Test
  void saysAtIntervalsThatItWaitsAndWhetherAWorkerHasItsCall() {
    assertThat(call.id()).isEqualTo("r/s#2");
    assertThat(call.lease()).isEqualTo(Duration.ofSeconds(7));
    assertThat(call.isBegun()).isFalse();

    call.replyTo().tell(new FunctionActor.Begun("r/s#2"));
    assertThat(announced().isBegun()).isTrue();
    call.replyTo().tell(new FunctionActor.Waiting("r/s#2"));
    assertThat(announced().isBegun()).isFalse();
    call.replyTo().tell(new FunctionActor.Made("r/s#2", TextNode.valueOf("x")));

    assertThat(doing.ended().toCompletableFuture())
        .succeedsWithin(LIMIT)
        .isInstanceOfSatisfying(
            Finished.class, made -> assertThat(made.result()).isEqualTo(TextNode.valueOf("x")));
  }

  @Test
  void takesItsCallBackWhereNoWorkerHasIt() {
    var given = doing.giveBack().toCompletableFuture();

    function.expectMessageClass(Recall.class).replyTo().tell(new FunctionActor.Recalled("r/s#2"));

    assertThat(given).succeedsWithin(LIMIT).isEqualTo(true);
    assertThat(doing.ended().toCompletableFuture()).isNotDone();
  }

  @Test
  void asksForItsCallAgainWhereNobodyAnswers() {
    var given = doing.giveBack().toCompletableFuture();
    function.expectMessageClass(Recall.class);

    announced();
    function.expectMessageClass(Recall.class).replyTo().tell(new FunctionActor.Recalled("r/s#2"));

    assertThat(given).succeedsWithin(LIMIT).isEqualTo(true);
  }

  @Test
  void leavesItsCallToTheWorkerThatHasIt() {
    call.replyTo().tell(new FunctionActor.Begun("r/s#2"));

    var given = doing.giveBack().toCompletableFuture();
    announced();
    function.expectNoMessage(Duration.ZERO);
    call.replyTo().tell(new FunctionActor.Made("r/s#2", TextNode.valueOf("x")));

    assertThat(given).succeedsWithin(LIMIT).isEqualTo(false);
  }

  /// Its worker was asking at the node that leaves.
  @Test
  void takesItsCallBackWhereItsWorkerNeverHeardOfIt() {
    call.replyTo().tell(new FunctionActor.Begun("r/s#2"));
    var given = doing.giveBack().toCompletableFuture();

    call.replyTo().tell(new FunctionActor.Waiting("r/s#2"));
    function.expectMessageClass(Recall.class).replyTo().tell(new FunctionActor.Recalled("r/s#2"));

    assertThat(given).succeedsWithin(LIMIT).isEqualTo(true);
  }

  /// Brings everything to the probe, whatever the tenant and the function.
  private final class Told implements Functions {

    @Override
    public void tell(Tenant tenant, String name, FunctionActor.Command command) {
      function.ref().tell(command);
    }

    @Override
    public CompletionStage<FunctionActor.Taken> take(
        Tenant tenant, String name, Duration patience) {
      throw new AssertionError("no worker is here");
    }

    @Override
    public CompletionStage<FunctionActor.Extended> extend(Tenant tenant, String name, String id) {
      throw new AssertionError("no worker is here");
    }

    @Override
    public CompletionStage<FunctionActor.Found> find(Tenant tenant, String name, String id) {
      throw new AssertionError("no worker answers");
    }

    @Override
    public CompletionStage<FunctionActor.Described> describe(Tenant tenant, String name) {
      throw new AssertionError("nobody asks");
    }
  }
}
