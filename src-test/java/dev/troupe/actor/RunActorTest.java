package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.RunActor.Followed;
import dev.troupe.actor.RunActor.Reply;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.actor.StepRunner.Task;
import dev.troupe.metrics.RunInstruments;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.StepPolicy;
import dev.troupe.program.Tenant;
import dev.troupe.run.Analyses;
import dev.troupe.run.Consumption;
import dev.troupe.run.Prices;
import dev.troupe.run.Recorded;
import dev.troupe.run.Redelivery;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunRoom;
import dev.troupe.run.RunState;
import dev.troupe.run.StepError;
import dev.troupe.run.TenantPermits.Said;
import dev.troupe.run.WebhookMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final RunJournal.Key KEY = new RunJournal.Key(new Tenant("t"), new RunId("r"));
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PlayedJournal journal = new PlayedJournal();
  private final PlayedPermits permits = new PlayedPermits();
  private final PlayedSteps steps = new PlayedSteps();
  private final TestProbe<Reply> replies = KIT.createTestProbe();
  private final TestProbe<LocalRunsActor.Command> here = KIT.createTestProbe();
  private final TestProbe<ActorRef<RunActor.Command>> passivated = KIT.createTestProbe();
  private ActorRef<RunActor.Command> run;

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    start("");
  }

  private void start(String configuration) {
    var ports =
        new RunPorts(
            RunSettings.of(
                ConfigFactory.parseString(configuration)
                    .withFallback(ConfigFactory.parseString("troupe.run.passivate-after = 100ms"))
                    .withFallback(ConfigFactory.load())),
            journal,
            steps,
            new RunDecisions(Prices.NONE),
            KIT.spawn(node(here.getRef())),
            permits,
            new Analyses(new RememberedAnswers()),
            new RunInstruments(),
            new NoWebhooks(),
            System::currentTimeMillis,
            () -> new Random(1));
    run = KIT.spawn(RunActor.create(KEY, ports, passivated.ref()::tell));
    assertThat(here.receiveMessage()).isEqualTo(new LocalRunsActor.Begun(run));
  }

  /// A node with room for ten steps beside the one of another run.
  ///
  /// @param heard is told who comes and who could go
  private static Behavior<LocalRunsActor.Command> node(ActorRef<LocalRunsActor.Command> heard) {
    return Behaviors.setup(context -> {
      var runs =
          context.spawnAnonymous(
              LocalRunsActor.create(new RunRoom.Limits(100, 11), new RunInstruments()));
      runs.tell(new LocalRunsActor.Holds(context.spawnAnonymous(Behaviors.ignore()), 0, 1, false));
      return Behaviors.receiveMessage(command -> {
        if (command instanceof LocalRunsActor.Begun || command instanceof LocalRunsActor.Settled) {
          heard.tell(command);
        }
        runs.tell(command);
        return Behaviors.same();
      });
    });
  }

  /// A chain of steps `s1`, `s2` and so on.
  private static RunCommand chain(Durability durability, int count) {
    var steps =
        IntStream.rangeClosed(1, count)
            .mapToObj(at ->
                new Step(
                    new StepId("s" + at),
                    new StepKind.Function("f", new Argument.Merged(Map.of())),
                    at == 1 ? List.of() : List.of(new StepId("s" + (at - 1))),
                    StepPolicy.DEFAULT,
                    Map.of()))
            .toList();
    return RunCommand.Submit.of(
        KEY.run(), Plan.of(steps), RunPolicy.DEFAULT.withDurability(durability));
  }

  private void submit(Durability durability, int count) {
    ask(chain(durability, count));
  }

  private void ask(RunCommand command) {
    run.tell(new RunActor.Ask(command, replies.getRef(), false));
  }

  private Followed follow(long from, Duration patience) {
    var probe = KIT.<Followed>createTestProbe();
    run.tell(new RunActor.Follow(from, 100, patience, probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  @Test
  @Tag("TR-3")
  void stepsForWhichThereIsNoRoomAreRefusedAndTakenLater() {
    journal.read(List.of());
    submit(Durability.NONE, 8);
    assertThat(replies.receiveMessage().refusal()).isEmpty();

    ask(more("x", 3));
    var refused = replies.receiveMessage();
    ask(more("y", 2));
    var taken = replies.receiveMessage();

    assertThat(refused.refusal().orElseThrow().code()).isEqualTo(RunRefusal.Code.GRAPH_FULL);
    assertThat(refused.state()).isEqualTo(RunState.RUNNING);
    assertThat(taken.refusal()).isEmpty();
    assertThat(follow(1, PATIENCE).events())
        .extracting(each -> each.event().getClass().getSimpleName())
        .containsSubsequence("Submitted", "GraphFull", "GraphResumed", "StepsAdded");
  }

  @Test
  @Tag("TR-3")
  void stepsThatNeverFitAreRefusedForGoodAndTheRunIsNotFull() {
    journal.read(List.of());
    submit(Durability.NONE, 8);
    replies.receiveMessage();

    ask(more("x", 4));

    assertThat(replies.receiveMessage().refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.TOO_LARGE);
    assertThat(follow(1, PATIENCE).events())
        .noneMatch(each -> each.event() instanceof RunEvent.GraphFull);
  }

  private static RunCommand more(String name, int count) {
    return new RunCommand.AddSteps(
        IntStream.range(0, count)
            .mapToObj(at ->
                new Step(
                    new StepId(name + at),
                    new StepKind.Join(StepKind.Join.How.LIST),
                    List.of(new StepId("s1"))))
            .toList());
  }

  @Test
  @Tag("TR-3")
  void aRunThatIsOverLeavesMemoryForOthersAndOneThatGoesOnDoesNot() {
    journal.read(List.of());
    submit(Durability.NONE, 1);
    steps.next();
    run.tell(new RunActor.MakeRoom());
    passivated.expectNoMessage(Duration.ofMillis(50));

    steps.finish("s1");
    while (!follow(Long.MAX_VALUE, PATIENCE).isOver()) {
      // It says so once it is.
    }
    run.tell(new RunActor.MakeRoom());

    passivated.expectMessage(PATIENCE, run);
  }

  @Test
  @Tag("UDF-10")
  void aRunOfATenantWithLimitsStartsWhatItIsPermittedAndGivesBackTheRest() {
    journal.read(List.of());
    permits.areNeeded.set(true);
    start();
    journal.read(List.of());
    submit(Durability.NONE, 2);
    assertThat(permits.said()).isEqualTo(new Said(0, 0, 1));
    assertThat(steps.isAny()).isFalse();

    run.tell(new RunActor.Permitted(3));
    assertThat(permits.said()).isEqualTo(new Said(1, 3, 0));
    steps.next();
    steps.finish("s1");

    assertThat(permits.said()).isEqualTo(new Said(0, 3, 1));
    // Said again, in case whoever gives permits was lost.
    assertThat(permits.said()).isEqualTo(new Said(0, 3, 1));
    assertThat(steps.isAny()).isFalse();
  }

  @Test
  @Tag("TR-3")
  void aRunThatIsSubmittedTwiceAtOnceIsThereForTheSecondThoughThereIsNoRoomForTwo() {
    submit(Durability.NONE, 8);
    submit(Durability.NONE, 8);

    journal.read(List.of());

    assertThat(replies.receiveMessage().refusal()).isEmpty();
    assertThat(replies.receiveMessage().refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.RUN_EXISTS);
    assertThat(follow(1, PATIENCE).events())
        .noneMatch(each -> each.event() instanceof RunEvent.GraphFull);
  }

  @Test
  @Tag("TR-3")
  void aRunForWhichRoomIsAskedDoesNotLeaveBeforeItHasBegun() {
    journal.read(List.of());
    submit(Durability.NONE, 1);
    run.tell(new RunActor.MakeRoom());

    assertThat(replies.receiveMessage().refusal()).isEmpty();
    steps.next();
    passivated.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  @Tag("TR-3")
  void aRunLargerThanTheRoomThereIsIsNoRun() {
    journal.read(List.of());
    submit(Durability.NONE, 12);

    assertThat(replies.receiveMessage().refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.TOO_LARGE);
    assertThat(follow(1, PATIENCE).isKnown()).isFalse();
  }

  @Test
  void aStepStartsAndAnybodyIsToldOnlyOnceTheEventsAreKept() {
    journal.read(List.of());
    submit(Durability.SYNC, 1);
    var append = journal.append();

    assertThat(steps.isAny()).isFalse();
    replies.expectNoMessage(Duration.ZERO);
    append.complete(Done.getInstance());

    assertThat(replies.receiveMessage().state()).isEqualTo(RunState.RUNNING);
    assertThat(steps.next().step().step().value()).isEqualTo("s1");
  }

  @Test
  void whatIsAskedOfARunThatIsNotKeptYetIsAnsweredWithIt() {
    journal.read(List.of());
    submit(Durability.SYNC, 1);
    var append = journal.append();

    submit(Durability.SYNC, 1);

    replies.expectNoMessage(Duration.ofMillis(50));
    append.complete(Done.getInstance());
    assertThat(replies.receiveMessage().refusal()).isEmpty();
    assertThat(replies.receiveMessage().refusal()).isPresent();
  }

  @Test
  void aRunThatDoesNotWaitForStorageStartsItsStepsAtOnce() {
    journal.read(List.of());
    submit(Durability.ASYNC, 1);

    assertThat(steps.next().step().step().value()).isEqualTo("s1");
    assertThat(replies.receiveMessage().refusal()).isEmpty();
    assertThat(journal.append()).isNotDone();
  }

  @Test
  void whereStorageHasCaughtUpNothingComesBeforeWhatStillWaitsForIt() {
    journal.read(List.of());
    start("troupe.run.max-unkept = 3");
    journal.read(List.of());
    submit(Durability.ASYNC, 2);
    var first = journal.append();
    steps.next();
    replies.receiveMessage();
    // Of four events that are not kept, the last is the start of another step.
    steps.finish("s1");
    first.complete(Done.getInstance());
    var second = journal.append();

    ask(new RunCommand.Signal("name", TextNode.valueOf("x")));

    replies.expectNoMessage(Duration.ofMillis(50));
    assertThat(steps.isAny()).isFalse();
    second.complete(Done.getInstance());
    assertThat(steps.next().step().step().value()).isEqualTo("s2");
    journal.append().complete(Done.getInstance());
    assertThat(replies.receiveMessage().refusal()).isEmpty();
  }

  @Test
  void aRunThatIsNotKeptNeverAsksTheJournal() {
    journal.read(List.of());
    submit(Durability.NONE, 1);
    steps.next();
    steps.finish("s1");

    var all = follow(1, PATIENCE);
    while (!all.isOver()) {
      all = follow(all.events().getLast().sequence() + 1, PATIENCE);
    }
    assertThat(journal.appends).isEmpty();
  }

  @Test
  void whatHasFinishedIsNotMadeAgainAndWhatHadStartedIs() {
    var history = historyUpTo("s1");

    journal.read(history);
    journal.read(List.of());
    journal.append().complete(Done.getInstance());

    var started = steps.next().step();
    assertThat(started.step().value()).isEqualTo("s2");
    assertThat(started.attempt()).isEqualTo(2);
  }

  /// What a run of three has done when a step has finished and the next has started.
  private static List<Recorded> historyUpTo(String step) {
    var past = new Run();
    var decisions = new RunDecisions(Prices.NONE);
    var events = new ArrayList<Recorded>();
    events.addAll(decisions.decide(past, chain(Durability.SYNC, 3), 1, new Random(1)).events());
    var finished =
        new RunCommand.StepOutcome(
            new StepId(step), 1, new Finished(TextNode.valueOf("x"), Consumption.CALL));
    events.addAll(decisions.decide(past, finished, 2, new Random(1)).events());
    return events;
  }

  @Test
  void aHistoryThatCannotBeReadIsReadAgain() {
    PlayedJournal.take(journal.reads)
        .completeExceptionally(new IllegalStateException("storage is away"));

    journal.read(List.of());
    submit(Durability.ASYNC, 1);

    assertThat(replies.receiveMessage().refusal()).isEmpty();
  }

  @Test
  void aRunThatAnotherNodeHasWrittenToStopsHereAndLeavesAloneWhatGoesOnWithoutIt() {
    journal.read(List.of());
    submit(Durability.ASYNC, 1);
    steps.next();
    steps.goOnElsewhere.set(true);

    journal.append().completeExceptionally(new IllegalStateException("written by another"));

    KIT.<Void>createTestProbe().expectTerminated(run, PATIENCE);
    assertThat(steps.cancelled).isEmpty();
  }

  @Test
  void aRunThatStopsCancelsItsSteps() {
    journal.read(List.of());
    submit(Durability.ASYNC, 1);
    steps.next();

    KIT.stop(run, PATIENCE);

    assertThat(steps.cancelled).containsExactly("s1");
  }

  @Test
  void whereItsNodeLeavesNothingStartsAfterWhatRuns() {
    journal.read(List.of());
    submit(Durability.SYNC, 2);
    journal.append().complete(Done.getInstance());
    steps.next();
    run.tell(new RunActor.Leave());
    here.expectNoMessage(Duration.ofMillis(50));

    steps.finish("s1");
    var append = journal.append();
    here.expectNoMessage(Duration.ofMillis(50));
    append.complete(Done.getInstance());

    assertThat(here.receiveMessage()).isEqualTo(new LocalRunsActor.Settled(run));
    assertThat(steps.isAny()).isFalse();
    assertThat(journal.appends).isEmpty();
  }

  @Test
  void whereItsNodeLeavesAStepThatNobodyHasBegunIsNotWaitedFor() {
    journal.read(List.of());
    submit(Durability.SYNC, 2);
    journal.append().complete(Done.getInstance());
    steps.next();
    run.tell(new RunActor.Leave());
    here.expectNoMessage(Duration.ofMillis(50));

    steps.givenBack.complete(true);
    journal.append().complete(Done.getInstance());

    assertThat(here.receiveMessage()).isEqualTo(new LocalRunsActor.Settled(run));
    assertThat(steps.isAny()).isFalse();
  }

  @Test
  void aStepThatWasToStartWhenItsNodeLeftIsGivenBackToo() {
    journal.read(List.of());
    submit(Durability.SYNC, 1);
    var append = journal.append();
    run.tell(new RunActor.Leave());
    steps.givenBack.complete(true);

    append.complete(Done.getInstance());
    steps.next();
    journal.append().complete(Done.getInstance());

    assertThat(here.receiveMessage()).isEqualTo(new LocalRunsActor.Settled(run));
  }

  @Test
  void aRunStaysInMemoryAsLongAsItGoesOn() {
    submit(Durability.SYNC, 1);
    journal.read(List.of());
    journal.append().complete(Done.getInstance());
    steps.next();

    passivated.expectNoMessage(Duration.ofMillis(400));
    steps.finish("s1");
    journal.append().complete(Done.getInstance());

    passivated.expectMessage(PATIENCE, run);
  }

  @Test
  void whoFollowsHearsWhatHappensAndAfterItsPatienceThatNothingHas() {
    journal.read(List.of());
    submit(Durability.ASYNC, 1);
    steps.next();
    replies.receiveMessage();

    var first = follow(1, PATIENCE);
    long next = first.events().getLast().sequence() + 1;
    var nothing = follow(next, Duration.ofMillis(1));

    assertThat(first.events().getFirst().event()).isInstanceOf(RunEvent.Submitted.class);
    assertThat(nothing.events()).isEmpty();
    assertThat(nothing.isKnown()).isTrue();
    assertThat(nothing.isOver()).isFalse();
  }

  @Test
  void ofARunThatIsNotThereNobodyHears() {
    journal.read(List.of());

    assertThat(follow(1, PATIENCE).isKnown()).isFalse();
    ask(new RunCommand.Abort("why"));
    assertThat(replies.receiveMessage().refusal()).isPresent();
  }

  /// Answered by the test.
  private static final class PlayedJournal implements RunJournal {

    private final BlockingQueue<CompletableFuture<Done>> appends = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<List<Recorded>>> reads =
        new LinkedBlockingQueue<>();

    private static <T> T take(BlockingQueue<T> queue) {
      try {
        return Optional.ofNullable(queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .orElseThrow(() -> new AssertionError("the journal was not asked"));
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }

    CompletableFuture<Done> append() {
      return take(appends);
    }

    void read(List<Recorded> events) {
      take(reads).complete(events);
    }

    @Override
    public CompletionStage<Done> append(Head head, List<Recorded> events) {
      var append = new CompletableFuture<Done>();
      appends.add(append);
      return append;
    }

    @Override
    public CompletionStage<List<Recorded>> read(Key key, long from, int most) {
      var read = new CompletableFuture<List<Recorded>>();
      reads.add(read);
      return read;
    }

    @Override
    public CompletionStage<List<Head>> list(Tenant tenant, Selection selection, int most) {
      throw new UnsupportedOperationException("no run lists runs");
    }

    @Override
    public CompletionStage<Optional<Head>> head(Key key) {
      throw new UnsupportedOperationException("a run knows itself");
    }

    @Override
    public CompletionStage<List<Key>> open(Optional<Key> after, int most) {
      throw new UnsupportedOperationException("no run looks for others");
    }
  }

  /// Whoever gives permits, as a test has it.
  private static final class PlayedPermits implements Permits {

    private final AtomicBoolean areNeeded = new AtomicBoolean();
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

    Said said() {
      return PlayedJournal.take(said);
    }

    @Override
    public boolean areNeeded(Tenant tenant) {
      return areNeeded.get();
    }

    @Override
    public void tell(PermitsActor.Announce announce) {
      said.add(announce.said());
    }
  }

  /// No run here has one.
  private static final class NoWebhooks implements Webhooks {

    @Override
    public ObjectNode json(Recorded event) {
      throw new UnsupportedOperationException("no webhook");
    }

    @Override
    public CompletionStage<Redelivery.Answer> send(WebhookMessage message) {
      throw new UnsupportedOperationException("no webhook");
    }

    @Override
    public CompletionStage<Long> delivered(RunJournal.Key run) {
      throw new UnsupportedOperationException("no webhook");
    }

    @Override
    public CompletionStage<Done> keep(RunJournal.Key run, long upTo) {
      throw new UnsupportedOperationException("no webhook");
    }
  }

  /// Steps that the test ends.
  private static final class PlayedSteps implements StepRunner {

    private final BlockingQueue<Task> started = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Ended>> open = new ConcurrentHashMap<>();
    private final List<String> cancelled = new CopyOnWriteArrayList<>();
    private final AtomicBoolean goOnElsewhere = new AtomicBoolean();
    private final CompletableFuture<Boolean> givenBack = new CompletableFuture<>();

    Task next() {
      return PlayedJournal.take(started);
    }

    boolean isAny() {
      return !started.isEmpty();
    }

    void finish(String step) {
      Optional.ofNullable(open.get(step))
          .orElseThrow(() -> new AssertionError(step + " does not run"))
          .complete(new Finished(TextNode.valueOf("x"), Consumption.CALL));
    }

    @Override
    public Doing start(Task task, Consumer<String> written) {
      return start(task);
    }

    @Override
    public Doing start(Task task) {
      var ended = new CompletableFuture<Ended>();
      var step = task.step().step().value();
      open.put(step, ended);
      started.add(task);
      return new Doing() {
        @Override
        public CompletionStage<Ended> ended() {
          return ended;
        }

        @Override
        public void cancel() {
          cancelled.add(step);
          ended.complete(
              new RunCommand.Failed(
                  StepError.lasting(StepError.Code.CANCELLED, "cancelled"), Consumption.NONE));
        }

        @Override
        public CompletionStage<Boolean> giveBack() {
          return givenBack;
        }

        @Override
        public boolean goesOnElsewhere() {
          return goOnElsewhere.get();
        }
      };
    }
  }
}
