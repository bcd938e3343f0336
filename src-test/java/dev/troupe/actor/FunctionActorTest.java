package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.OneThread;
import dev.troupe.actor.FunctionActor.Begun;
import dev.troupe.actor.FunctionActor.Call;
import dev.troupe.actor.FunctionActor.Extended;
import dev.troupe.actor.FunctionActor.Given;
import dev.troupe.actor.FunctionActor.Heard;
import dev.troupe.actor.FunctionActor.Made;
import dev.troupe.actor.FunctionActor.NotMade;
import dev.troupe.actor.FunctionActor.Recalled;
import dev.troupe.actor.FunctionActor.Taken;
import dev.troupe.actor.FunctionActor.Waiting;
import dev.troupe.run.StepError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FunctionActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicLong nanos = new AtomicLong(1);
  private final TestProbe<Heard> step = KIT.createTestProbe();
  private final TestProbe<Taken> worker = KIT.createTestProbe();
  private final TestProbe<Taken> other = KIT.createTestProbe();
  private final TestProbe<Extended> signs = KIT.createTestProbe();
  private final TestProbe<ActorRef<FunctionActor.Command>> passivated = KIT.createTestProbe();
  private ActorRef<FunctionActor.Command> function;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    function = KIT.spawn(FunctionActor.create(passivated.ref()::tell, nanos::get));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    TIME.timePasses(time);
  }

  private void call(String id, boolean isBegun) {
    function.tell(new Call(id, TextNode.valueOf(id), LEASE, isBegun, step.ref()));
  }

  private void take(TestProbe<Taken> who) {
    function.tell(new FunctionActor.Take(PATIENCE, who.ref()));
  }

  private static Taken given(String id) {
    return new Taken(Optional.of(new Given(id, TextNode.valueOf(id), LEASE)));
  }

  private boolean isHeld(String id) {
    function.tell(new FunctionActor.Extend(id, signs.ref()));
    return signs.receiveMessage().isHeld();
  }

  @Test
  void aWorkerThatWaitsIsGivenTheNextCallAndItsStepHearsOfItAndOfItsEnd() {
    take(worker);
    call("a", false);

    worker.expectMessage(given("a"));
    step.expectMessage(new Begun("a"));
    function.tell(new FunctionActor.Finish("a", TextNode.valueOf("done")));
    step.expectMessage(new Made("a", TextNode.valueOf("done")));
  }

  @Test
  void aWorkerWaitsNoLongerThanItSaid() {
    take(worker);
    pass(PATIENCE);
    worker.expectMessage(new Taken(Optional.empty()));

    call("a", false);
    take(other);

    other.expectMessage(given("a"));
    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aWorkerThatGivesNoSignOfLifeHasPerhapsMadeItsCall() {
    call("a", false);
    take(worker);
    step.expectMessage(new Begun("a"));
    pass(LEASE.minusSeconds(1));
    assertThat(isHeld("a")).isTrue();
    pass(LEASE.minusSeconds(1));
    step.expectNoMessage(Duration.ZERO);

    pass(Duration.ofSeconds(3));

    var error = ((NotMade) step.receiveMessage()).error();
    assertThat(error.code()).isEqualTo(StepError.Code.CONNECTION_LOST);
    assertThat(error.isTransient()).isTrue();
    assertThat(error.mayHaveRun()).isTrue();
    assertThat(isHeld("a")).isFalse();
  }

  @Test
  void anAnswerThatNoStepWaitsForIsHeldForTheOneThatWill() {
    function.tell(new FunctionActor.Finish("a", TextNode.valueOf("done")));

    call("a", true);

    step.expectMessage(new Made("a", TextNode.valueOf("done")));
  }

  @Test
  void aCallThatAWorkerHasFromAnEarlierActorIsGivenToNobodyElse() {
    // Before its step has said anything, too.
    assertThat(isHeld("a")).isTrue();
    call("a", true);
    take(worker);
    worker.expectNoMessage(Duration.ZERO);

    pass(Duration.ofSeconds(11));

    assertThat(isHeld("a")).isTrue();
    assertThat(isHeld("b")).isFalse();
  }

  @Test
  void aStepWhoseNodeLeavesHasItsCallBackWhereNoWorkerHasIt() {
    call("a", false);
    call("b", false);
    take(worker);
    worker.expectMessage(given("a"));
    step.expectMessage(new Begun("a"));

    function.tell(new FunctionActor.Recall("a", step.ref()));
    function.tell(new FunctionActor.Recall("b", step.ref()));

    step.expectMessage(new Recalled("b"));
    take(other);
    other.expectNoMessage(Duration.ZERO);
    assertThat(isHeld("a")).isTrue();
  }

  @Test
  void aCallThatWasTakenBackIsGivenToNobodyThoughItsStepSaysOnceMoreThatItWaits() {
    call("a", false);
    function.tell(new FunctionActor.Recall("a", step.ref()));
    step.expectMessage(new Recalled("a"));

    call("a", false);
    step.expectMessage(new Recalled("a"));
    take(other);

    other.expectNoMessage(Duration.ZERO);
    TestProbe<FunctionActor.Heard> elsewhere = KIT.createTestProbe();
    function.tell(new Call("a", TextNode.valueOf("a"), LEASE, false, elsewhere.ref()));
    elsewhere.expectMessage(new Begun("a"));
  }

  @Test
  void aCallThatItsWorkerNeverHeardOfIsTheNextOnesBeforeAllOthers() {
    call("a", false);
    call("b", false);
    take(worker);
    worker.expectMessage(given("a"));
    step.expectMessage(new Begun("a"));

    function.tell(new FunctionActor.GiveBack("a"));
    step.expectMessage(new Waiting("a"));
    take(other);

    other.expectMessage(given("a"));
    step.expectMessage(new Begun("a"));
  }

  @Test
  void aCallThatIsGivenBackGoesToAWorkerThatWaits() {
    call("a", false);
    take(worker);
    take(other);
    worker.expectMessage(given("a"));

    function.tell(new FunctionActor.GiveBack("a"));

    other.expectMessage(given("a"));
  }

  @Test
  void aCallThatIsNotNeededIsGivenToNobody() {
    call("a", false);
    function.tell(new FunctionActor.Withdraw("a"));

    take(worker);

    worker.expectNoMessage(Duration.ZERO);
  }

  @Test
  void leavesMemoryWhenNobodyHasAskedForLong() {
    call("a", false);
    pass(Duration.ofMinutes(11));
    passivated.expectNoMessage(Duration.ZERO);
    function.tell(new FunctionActor.Withdraw("a"));
    pass(Duration.ofMinutes(9));
    passivated.expectNoMessage(Duration.ZERO);

    pass(Duration.ofMinutes(2));

    assertThat(passivated.receiveMessage()).isEqualTo(function);
  }
}
