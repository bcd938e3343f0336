package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.actor.RunJournal;
import dev.troupe.program.Tenant;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunKeeperTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final PlayedJournal journal = new PlayedJournal();
  private final TestProbe<RunJournal.Key> woken = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    KIT.spawn(RunKeeper.create(journal, INTERVAL, woken.ref()::tell));
  }

  private static List<RunJournal.Key> runs(int from, int until) {
    return IntStream.range(from, until)
        .mapToObj(at -> new RunJournal.Key(new Tenant("t"), new RunId("r" + at)))
        .toList();
  }

  private Question nextLook() throws InterruptedException {
    TIME.timePasses(INTERVAL);
    return journal.next();
  }

  @Test
  void wakesAllThatAreNotOverAtOncePageByPage() throws Exception {
    var first = journal.next();
    assertThat(first.after()).isEmpty();
    first.answer().complete(runs(0, first.most()));
    var second = journal.next();
    assertThat(second.after()).contains(runs(0, first.most()).getLast());
    second.answer().complete(runs(first.most(), first.most() + 1));

    assertThat(woken.receiveSeveralMessages(first.most() + 1)).isEqualTo(runs(0, first.most() + 1));
    assertThat(journal.questions).isEmpty();
  }

  @Test
  void looksAgainFromTheBeginningAfterTheInterval() throws Exception {
    journal.next().answer().complete(runs(0, 1));
    woken.receiveMessage();

    var again = nextLook();
    assertThat(again.after()).isEmpty();
    again.answer().complete(runs(0, 1));

    assertThat(woken.receiveMessage()).isEqualTo(runs(0, 1).getFirst());
  }

  @Test
  void looksAgainWhereStorageWasAway() throws Exception {
    journal.next().answer().completeExceptionally(new IllegalStateException("storage is away"));

    nextLook().answer().complete(runs(0, 1));

    assertThat(woken.receiveMessage()).isEqualTo(runs(0, 1).getFirst());
  }

  private record Question(
      Optional<RunJournal.Key> after, int most, CompletableFuture<List<RunJournal.Key>> answer) {}

  /// Asks the test which runs are not over; has nothing else.
  private static final class PlayedJournal implements RunJournal {

    final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

    Question next() throws InterruptedException {
      var asked = questions.poll(20, TimeUnit.SECONDS);
      if (asked == null) {
        throw new AssertionError("nobody asked");
      }
      return asked;
    }

    @Override
    public CompletionStage<List<Key>> open(Optional<Key> after, int most) {
      var answer = new CompletableFuture<List<Key>>();
      questions.add(new Question(after, most, answer));
      return answer;
    }

    @Override
    public CompletionStage<Done> append(Head head, List<Recorded> events) {
      throw new AssertionError("nothing is to be kept");
    }

    @Override
    public CompletionStage<List<Recorded>> read(Key key, long from, int most) {
      throw new AssertionError("no history is read");
    }

    @Override
    public CompletionStage<List<Head>> list(Tenant tenant, Selection selection, int most) {
      throw new AssertionError("no list is read");
    }

    @Override
    public CompletionStage<Optional<Head>> head(Key key) {
      throw new AssertionError("no head is read");
    }
  }
}
