package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.cluster.AnswerText.CallFailedException;
import dev.troupe.cluster.ProgramCallEvent.Began;
import dev.troupe.cluster.ProgramCallEvent.Ended;
import dev.troupe.cluster.ProgramCallEvent.Failed;
import dev.troupe.cluster.ProgramCallEvent.Output;
import dev.troupe.cluster.ProgramCallEvent.Queued;
import dev.troupe.cluster.ProgramCallEvent.Rejected;
import dev.troupe.engine.EngineId;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Reason;
import dev.troupe.program.Tenant;
import dev.troupe.simulated.Fault;
import dev.troupe.simulated.SimulatedStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Calls from a JVM that has joined as a client; program, scheduler and engine are on another node.
class TroupeTest {

  private static final ServingNode serving =
      ServingNode.up("--slots=1", "--decode-micros=1000", "--prefill-micros=10");
  private static final ActorTestKit client =
      TestNodes.createClient(TestNodes.seededBy(serving.node()));
  private static final ActorSystem<?> system = client.system();

  @BeforeAll
  static void join() {
    TestNodes.join(client);
  }

  @AfterAll
  static void shutdown() {
    client.shutdownTestKit();
    serving.close();
  }

  @Test
  void tellsWhatBecomesOfACall() {
    var events = events(program("told").call(chat(20)));

    assertThat(events.getLast()).isInstanceOf(Ended.class);
    assertThat(events)
        .filteredOn(event -> !(event instanceof Queued))
        .first()
        .isInstanceOfSatisfying(
            Began.class, began -> assertThat(began.engine()).isEqualTo(new EngineId("simulated")));
    assertThat(events).filteredOn(Output.class::isInstance).isNotEmpty();
    var end = ((Ended) events.getLast()).end();
    assertThat(end.failure()).isEmpty();
    assertThat(end.usage().outputTokens()).isEqualTo(20);
  }

  @Test
  void makesTextOfAStreamAndOfAWholeAnswer() {
    var streamed = text(program("text").call(chat(20)));
    var whole = text(program("text").call(chatOf(20).notStreamed().build()));

    assertThat(streamed).isNotBlank();
    assertThat(whole).isNotBlank();
  }

  @Test
  void knowsTheStandingOfAProgram() {
    var program = program("standing");
    events(program.call(chat(20).named("first")));
    events(program.call(chat(20).named("second").after("first")));

    var probe = client.createTestProbe();
    probe.awaitAssert(
        Duration.ofSeconds(5),
        () -> {
          var view = now(program.standing()).orElseThrow();
          assertThat(view.completedCalls()).isEqualTo(2);
          assertThat(view.source()).isEqualTo("jvm");
          // The second came after the first: all that was attained lies on one path.
          assertThat(view.standing().criticalPathNanos())
              .isEqualTo(view.standing().attainedNanos());
          return view;
        });
    assertThat(now(program.end()).map(ProgramView::state)).contains(ProgramView.State.COMPLETED);
  }

  @Test
  void keepsTheProgramsOfTwoTenantsApart() {
    var troupe = Troupe.get(system);
    events(troupe.program(new Tenant("one"), "same").call(chat(5)));

    assertThat(now(troupe.program(new Tenant("two"), "same").standing())).isEmpty();
  }

  @Test
  void letsTwoProgramsUseTheSameNames() {
    var holder = program("one").call(chat(100_000).named("draft"));
    var one = holder.viaMat(KillSwitches.single(), Keep.right()).to(Sink.ignore()).run(system);
    awaitEngine(stats -> stats.running() == 1);

    var two = program("two").call(chat(5).named("draft")).runWith(Sink.head(), system);
    assertThat(now(two)).isInstanceOf(Queued.class);
    one.shutdown();
    awaitEngine(stats -> stats.running() == 0);
  }

  @Test
  void worksOnANodeThatHoldsPrograms() {
    var node = serving.node().system();
    var there = Troupe.get(node).program("seen-from-both");

    var text =
        there.call(chat(5)).via(AnswerText.deltas()).runWith(Sink.fold("", String::concat), node);
    assertThat(now(text)).isNotBlank();
    var probe = client.createTestProbe();
    probe.awaitAssert(
        Duration.ofSeconds(5),
        () -> {
          var view = now(program("seen-from-both").standing()).orElseThrow();
          assertThat(view.completedCalls()).isEqualTo(1);
          return view;
        });
  }

  @Test
  void endsACallThatIsCancelledWhileItStreams() {
    var source = program("cancelled").call(chat(100_000));
    var beginning = source.filter(Output.class::isInstance).runWith(Sink.head(), system);

    assertThat(now(beginning)).isInstanceOf(Output.class);
    awaitEngine(stats -> stats.running() == 0);
  }

  @Test
  void withdrawsACallThatIsCancelledWhileItWaits() {
    var runs = program("holder").call(chat(100_000));
    var holder = runs.viaMat(KillSwitches.single(), Keep.right()).to(Sink.ignore()).run(system);
    awaitEngine(stats -> stats.running() == 1);

    var waiting = program("waiting").call(chat(20)).runWith(Sink.head(), system);
    assertThat(now(waiting)).isInstanceOf(Queued.class);
    var probe = client.createTestProbe();
    probe.awaitAssert(
        Duration.ofSeconds(5),
        () -> {
          var view = now(program("waiting").standing()).orElseThrow();
          assertThat(view.state()).isEqualTo(ProgramView.State.IDLE);
          return view;
        });

    holder.shutdown();
    awaitEngine(stats -> stats.running() == 0);
  }

  @Test
  void saysWhyACallFailed() {
    var events =
        events(
            program("late")
                .call(
                    ModelRequest.chat("{\"model\": \"nobody-serves-this\", \"messages\": []}")
                        .within(Duration.ofMillis(300))));

    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED));
  }

  @Test
  void saysWhatTheEngineFoundFaultWith() {
    serving.engine().inject(new Fault.Status(422), 2);

    assertThat(events(program("faulty").call(chat(5))).getLast())
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.status()).isEqualTo(422));
    assertThatThrownBy(() -> text(program("faulty").call(chat(5))))
        .hasCauseInstanceOf(CallFailedException.class);
  }

  @Test
  void runsTheExampleOfTheDocumentation() {
    var improved = TroupeExample.translate(system, ServingNode.MODEL, "Good morning.");

    assertThat(now(improved)).isNotBlank();
  }

  private static TroupeProgram program(String id) {
    return Troupe.get(system).program(id);
  }

  private static ModelRequest chat(int tokens) {
    return chatOf(tokens).build();
  }

  private static ChatRequest chatOf(int tokens) {
    return ChatRequest.to(ServingNode.MODEL).system("Be brief.").user("Hello").maxTokens(tokens);
  }

  private static List<ProgramCallEvent> events(Source<ProgramCallEvent, ?> source) {
    return now(source.runWith(Sink.seq(), system));
  }

  private static String text(Source<ProgramCallEvent, ?> source) {
    return now(source.via(AnswerText.deltas()).runWith(Sink.fold("", String::concat), system));
  }

  private static void awaitEngine(Predicate<SimulatedStats> condition) {
    now(serving.engine().when(condition));
  }

  private static <T> T now(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
