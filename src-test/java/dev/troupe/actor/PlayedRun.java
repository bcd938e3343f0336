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
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRoom;
import dev.troupe.run.StepError;
import dev.troupe.run.TenantPermits.Said;
import dev.troupe.run.WebhookMessage;
import java.time.Duration;
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

/// One run's actor with everything around it played: a test answers for the journal, ends the
/// steps and gives permits. The node has room for ten steps beside the one of another run.
final class PlayedRun {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final RunJournal.Key KEY = new RunJournal.Key(new Tenant("t"), new RunId("r"));

  final PlayedJournal journal = new PlayedJournal();
  final PlayedPermits permits = new PlayedPermits();
  final PlayedSteps steps = new PlayedSteps();
  final TestProbe<Reply> replies;

  /// What the node hears of who comes and who could go.
  final TestProbe<LocalRunsActor.Command> here;

  final TestProbe<ActorRef<RunActor.Command>> passivated;
  private final ActorTestKit kit;
  private final ActorRef<RunActor.Command> actor;

  PlayedRun(ActorTestKit kit) {
    this(kit, "");
  }

  /// @param settings over the defaults
  PlayedRun(ActorTestKit kit, String settings) {
    this.kit = kit;
    this.replies = kit.createTestProbe();
    this.here = kit.createTestProbe();
    this.passivated = kit.createTestProbe();
    this.actor = kit.spawn(RunActor.create(KEY, ports(settings), passivated.ref()::tell));
    assertThat(here.receiveMessage()).isEqualTo(new LocalRunsActor.Begun(actor));
  }

  private RunPorts ports(String settings) {
    return new RunPorts(
        RunSettings.of(
            ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString("troupe.run.passivate-after = 100ms"))
                .withFallback(ConfigFactory.load())),
        journal,
        steps,
        new RunDecisions(Prices.NONE),
        kit.spawn(node(here.getRef())),
        permits,
        new Analyses(new RememberedAnswers()),
        new RunInstruments(),
        new NoWebhooks(),
        System::currentTimeMillis,
        () -> new Random(1));
  }

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
  static RunCommand chain(Durability durability, int count) {
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

  ActorRef<RunActor.Command> actor() {
    return actor;
  }

  void tell(RunActor.Command command) {
    actor.tell(command);
  }

  /// Asks for a chain of steps.
  void submit(Durability durability, int count) {
    ask(chain(durability, count));
  }

  void ask(RunCommand command) {
    actor.tell(new RunActor.Ask(command, replies.getRef(), false));
  }

  Followed follow(long from, Duration patience) {
    var probe = kit.<Followed>createTestProbe();
    actor.tell(new RunActor.Follow(from, 100, patience, probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  private static <T> T take(BlockingQueue<T> queue) {
    try {
      return Optional.ofNullable(queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .orElseThrow(() -> new AssertionError("the run has asked nothing"));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /// Answered by the test.
  static final class PlayedJournal implements RunJournal {

    final BlockingQueue<CompletableFuture<Done>> appends = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<List<Recorded>>> reads =
        new LinkedBlockingQueue<>();

    CompletableFuture<Done> append() {
      return take(appends);
    }

    CompletableFuture<List<Recorded>> read() {
      return take(reads);
    }

    void read(List<Recorded> events) {
      read().complete(events);
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
  static final class PlayedPermits implements Permits {

    final AtomicBoolean areNeeded = new AtomicBoolean();
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

    Said said() {
      return take(said);
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
  static final class PlayedSteps implements StepRunner {

    private final BlockingQueue<Task> started = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Ended>> open = new ConcurrentHashMap<>();
    final List<String> cancelled = new CopyOnWriteArrayList<>();
    final AtomicBoolean goOnElsewhere = new AtomicBoolean();
    final CompletableFuture<Boolean> givenBack = new CompletableFuture<>();

    Task next() {
      return take(started);
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
