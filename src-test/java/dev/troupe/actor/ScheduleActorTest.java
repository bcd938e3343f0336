package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.actor.Schedules.Created;
import dev.troupe.actor.Schedules.Creation;
import dev.troupe.actor.Schedules.Deletion;
import dev.troupe.actor.Schedules.Listing;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.program.Tenant;
import dev.troupe.run.Forks;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunState;
import dev.troupe.run.Schedule;
import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("DS-1")
class ScheduleActorTest {

  private static final ActorTestKit kit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(kit.system());
  private static final Tenant TENANT = new Tenant("t");

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final Map<Key, Scheduled> stored = new ConcurrentHashMap<>();
  private final List<RunId> asked = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<RunActor.Reply>> answers = new CopyOnWriteArrayList<>();

  @AfterAll
  static void shutdown() {
    kit.shutdownTestKit();
  }

  private static final class Store implements ScheduleStore {
    private final Map<Key, Scheduled> stored;

    Store(Map<Key, Scheduled> stored) {
      this.stored = stored;
    }

    @Override
    public CompletionStage<List<Scheduled>> load() {
      return CompletableFuture.completedStage(new ArrayList<>(stored.values()));
    }

    @Override
    public CompletionStage<Created> insert(Scheduled scheduled) {
      var there = stored.putIfAbsent(scheduled.key(), scheduled);
      return CompletableFuture.completedStage(there == null ? Created.DONE : Created.EXISTS);
    }

    @Override
    public CompletionStage<Done> update(Scheduled scheduled) {
      stored.put(scheduled.key(), scheduled);
      return CompletableFuture.completedStage(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> delete(Key key) {
      stored.remove(key);
      return CompletableFuture.completedStage(Done.getInstance());
    }
  }

  /// Runs that begin when the test says so.
  private final class Asked implements Runs {
    @Override
    public CompletionStage<RunActor.Reply> ask(RunJournal.Key run, RunCommand command) {
      var answer = new CompletableFuture<RunActor.Reply>();
      answers.add(answer);
      asked.add(run.run());
      return answer;
    }

    @Override
    public CompletionStage<RunActor.Reply> beginInside(
        RunJournal.Key run, RunCommand.Submit submit) {
      return CompletableFuture.failedStage(new IllegalStateException("no run has runs inside"));
    }

    @Override
    public CompletionStage<RunActor.Described> describe(RunJournal.Key run, int from, int most) {
      return CompletableFuture.completedStage(new RunActor.Described(Optional.empty(), true));
    }

    @Override
    public CompletionStage<RunActor.Assessed> assess(RunJournal.Key run) {
      return CompletableFuture.failedStage(new IllegalStateException("nobody asks"));
    }

    @Override
    public CompletionStage<Forks.Prepared> prepare(
        RunJournal.Key run, RunId fork, Optional<StepId> step, Optional<Budget> budget) {
      return CompletableFuture.failedStage(new IllegalStateException("nobody forks"));
    }

    @Override
    public CompletionStage<RunActor.Followed> follow(
        RunJournal.Key run, long from, int most, Duration patience) {
      return CompletableFuture.failedStage(new IllegalStateException("nobody follows"));
    }
  }

  private ActorRef<ScheduleActor.Command> keeper() {
    return kit.spawn(ScheduleActor.create(new Store(stored), new Asked(), now::get));
  }

  private static Scheduled once(String id, long atMillis) {
    var step = new Step(new StepId("a"), new StepKind.Join(StepKind.Join.How.LIST), List.of());
    return Scheduled.of(
        new Key(TENANT, id),
        new Schedule.Once(Instant.ofEpochMilli(atMillis)),
        RunCommand.Submit.of(new RunId("any"), Plan.of(List.of(step)), RunPolicy.DEFAULT),
        Instant.EPOCH);
  }

  private void create(ActorRef<ScheduleActor.Command> keeper, Scheduled scheduled, Created how) {
    TestProbe<Creation> probe = kit.createTestProbe();
    keeper.tell(new ScheduleActor.Create(scheduled, probe.ref()));
    assertThat(probe.receiveMessage().created()).isEqualTo(how);
  }

  private List<Scheduled> list(ActorRef<ScheduleActor.Command> keeper) {
    TestProbe<Listing> probe = kit.createTestProbe();
    keeper.tell(new ScheduleActor.ListSchedules(TENANT, Optional.empty(), probe.ref()));
    return probe.receiveMessage().schedules();
  }

  private void pass(long millis) {
    now.addAndGet(millis);
    time.timePasses(Duration.ofMillis(millis));
  }

  @Test
  void whatIsNotKnownToHaveBegunIsBegunAgainAsTheSameRun() {
    var keeper = keeper();
    create(keeper, once("one", 1_000_500), Created.DONE);
    create(keeper, once("one", 1_000_500), Created.EXISTS);

    pass(499);
    assertThat(asked).isEmpty();
    pass(1);
    assertThat(asked).hasSize(1);
    answers.getFirst().completeExceptionally(new IllegalStateException("moved"));
    pass(1_000);
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1)).isEqualTo(asked.get(0));
    answers.get(1).complete(refused(RunRefusal.Code.RUN_EXISTS));
    pass(60_000);

    assertThat(asked).hasSize(2);
    assertThat(list(keeper).getFirst().latest()).contains(asked.getFirst());
    assertThat(list(keeper).getFirst().refusal()).isEmpty();
  }

  @Test
  void whoTakesOverBeginsWhatIsNotNotedAndNothingElse() {
    var first = keeper();
    create(first, once("noted", 1_000_100), Created.DONE);
    create(first, once("lost", 1_000_200), Created.DONE);
    pass(100);
    answers.getFirst().complete(new RunActor.Reply(Optional.empty(), RunState.RUNNING));
    pass(100);
    assertThat(asked).hasSize(2);
    kit.stop(first);

    keeper();
    pass(1);

    assertThat(asked).hasSize(3);
    assertThat(asked.get(2)).isEqualTo(asked.get(1));
  }

  @Test
  void aRefusalIsToldAndADeletedScheduleFiresNoMore() {
    var keeper = keeper();
    create(keeper, once("bad", 1_000_100), Created.DONE);
    create(keeper, once("gone", 1_000_100), Created.DONE);
    TestProbe<Deletion> probe = kit.createTestProbe();
    keeper.tell(new ScheduleActor.Delete(new Key(TENANT, "gone"), probe.ref()));
    assertThat(probe.receiveMessage().wasThere()).isTrue();

    pass(100);
    answers.getFirst().complete(refused(RunRefusal.Code.MODEL_UNKNOWN));
    pass(1);

    assertThat(asked).hasSize(1);
    assertThat(list(keeper)).hasSize(1);
    assertThat(list(keeper).getFirst().refusal()).contains("why");
  }

  private static RunActor.Reply refused(RunRefusal.Code code) {
    return new RunActor.Reply(Optional.of(new RunRefusal(code, "why")), RunState.PENDING);
  }
}
