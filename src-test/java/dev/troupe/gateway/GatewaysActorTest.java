package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Gateways of one node, which find each other as those of several do.
class GatewaysActorTest {

  private static final ActorTestKit kit =
      ActorTestKit.create(
          ClusterSettings.SYSTEM,
          ClusterSettings.nodeConfig(
              ConfigFactory.parseString(
                  """
                  pekko.coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
                  pekko.loglevel = "WARNING"
                  """)));

  @BeforeAll
  static void join() {
    var cluster = Cluster.get(kit.system());
    cluster.join(cluster.selfAddress());
  }

  @AfterAll
  static void shutdown() {
    kit.shutdownTestKit();
  }

  @Test
  void tellsAllOthersAndNotItself() {
    try (var one = new Gateway();
        var two = new Gateway();
        var three = new Gateway()) {
      awaitOthers(one, two, three);
      IntStream.range(0, 1000).forEach(at -> one.others.tell(followed(at)));

      await().until(() -> two.told.size() >= 1000 && three.told.size() >= 1000);
      assertThat(two.told).isEqualTo(names(1000));
      assertThat(three.told).isEqualTo(names(1000));
      assertThat(one.told).isEmpty();
    }
  }

  @Test
  void tellsAGatewayThatComesWhatWasBefore() {
    try (var one = new Gateway();
        var two = new Gateway()) {
      awaitOthers(one, two);
      IntStream.range(0, 3000).forEach(at -> one.others.tell(followed(at)));
      await().until(() -> two.told.size() == 3000);
      one.told.addAll(two.told);

      try (var late = new Gateway()) {
        await().until(() -> late.told.size() >= 3000);
        assertThat(late.told).startsWith("0").contains("2999");
      }
    }
  }

  @Test
  void isAloneAgainWhenTheOthersHaveGone() {
    try (var one = new Gateway()) {
      try (var two = new Gateway()) {
        awaitOthers(one, two);
      }

      await().until(() -> !one.others.exist());
      assertThat(one.others.await(() -> false).toCompletableFuture()).isDone();
    }
  }

  @Test
  void letsARequestWaitUntilItsAnswerIsTold() {
    try (var one = new Gateway();
        var two = new Gateway()) {
      awaitOthers(one, two);
      var waiting = two.others.await(() -> two.told.contains("7")).toCompletableFuture();
      one.others.tell(followed(6));
      await().until(() -> two.told.contains("6"));
      assertThat(waiting).isNotDone();
      one.others.tell(followed(7));

      await().until(waiting::isDone);
    }
  }

  @Test
  void letsNoRequestWaitForever() {
    try (var one = new Gateway(Duration.ofMillis(20));
        var two = new Gateway()) {
      awaitOthers(one, two);

      await().until(one.others.await(() -> false).toCompletableFuture()::isDone);
    }
  }

  @Test
  void sendsNoMoreBytesThanNotesSayTheyHave() {
    var tenant = new Tenant("文".repeat(256));
    var program = new Program.Id(tenant, "字".repeat(256));
    var call = new Call.Id("語".repeat(256));
    var turn = new Turn(program, call, Long.MIN_VALUE, true, true);
    var hashes = LongStream.range(0, 257).mapToObj(at -> Long.MIN_VALUE + at).toList();
    var marks = new Marks(hashes.subList(0, 1), hashes, hashes, hashes.subList(0, 1));
    var trace =
        new PromptTrace(
            turn,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Integer.MIN_VALUE,
            Long.MIN_VALUE,
            Long.MIN_VALUE,
            Integer.MIN_VALUE);

    for (var note :
        List.of(
            new Note.OfChat(turn, marks),
            new Note.OfPrompt(trace),
            new Note.OfFollowed(call),
            new Note.OfName(program, "名".repeat(256), call, Integer.MIN_VALUE))) {
      assertThat(bytes(List.of(note, note)) - bytes(List.of(note)))
          .as(note.getClass().getSimpleName())
          .isLessThanOrEqualTo(note.bytes());
    }
  }

  @Test
  void needsFewBytesForAUsualCall() {
    var program = new Program.Id(Tenant.ANYONE, "0d4e52a5-6ab8-4d21-8c1c-2c6f1f0f7a11");
    var turn = new Turn(program, Call.Id.of(program, program.value()), 0, true, false);
    var marks = new Marks(List.of(1L << 60), List.of(1L << 61), List.of(), List.of(1L << 62));

    // 36 bytes of program, 53 of call, 4 numbers of 9 bytes and 6 of tenant; the rest are names.
    var note = new Note.OfChat(turn, marks);
    assertThat(bytes(List.of(note, note)) - bytes(List.of(note))).isBetween(131, 250);
  }

  private static int bytes(List<Note> notes) {
    return SerializationExtension.get(kit.system())
        .serialize(new GatewaysActor.Told(Notes.of(notes), 1, kit.system().ignoreRef()))
        .get()
        .length;
  }

  /// Waits until the first can tell all others, and they the first.
  private static void awaitOthers(Gateway first, Gateway... others) {
    for (var other : others) {
      await()
          .until(() -> {
            first.others.tell(followed(Gateway.SIGN));
            other.others.tell(followed(Gateway.SIGN));
            return first.signed.get() && other.signed.get();
          });
    }
  }

  private static Note followed(int at) {
    return new Note.OfFollowed(new Call.Id(Integer.toString(at)));
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  /// One that remembers which calls were said to be followed.
  private static final class Gateway implements AutoCloseable {

    /// The call by which gateways try whether they hear each other.
    private static final int SIGN = -1;

    private final ClusterGateways others;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicBoolean signed = new AtomicBoolean();
    private final ActorRef<GatewaysActor.Command> actor;

    Gateway() {
      this(Duration.ofMinutes(1));
    }

    Gateway(Duration longestWait) {
      others = new ClusterGateways(longestWait);
      var settings = new SharingSettings(Duration.ofMillis(10), 5000, longestWait);
      actor =
          kit.spawn(
              GatewaysActor.create(
                  new GatewaysActor.Parts(
                      settings,
                      others,
                      this::learn,
                      () -> told.stream().map(name -> followed(Integer.parseInt(name))).toList(),
                      new Instruments(),
                      System::nanoTime)));
    }

    private void learn(Notes notes) {
      notes.followed().stream().map(Call.Id::value).forEach(told::add);
      signed.compareAndSet(false, told.removeIf(Integer.toString(SIGN)::equals));
    }

    @Override
    public void close() {
      kit.stop(actor);
    }
  }
}
