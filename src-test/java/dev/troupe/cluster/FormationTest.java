package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.cluster.Formation.Ask;
import dev.troupe.cluster.Formation.Command;
import dev.troupe.cluster.Formation.InNone;
import dev.troupe.cluster.Formation.Ports;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FormationTest {

  private static final ActorTestKit testKit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(testKit.system());

  private final AtomicBoolean isInNone = new AtomicBoolean(true);
  private final AtomicInteger formed = new AtomicInteger();
  private final List<TestProbe<Command>> others =
      Stream.generate(() -> testKit.<Command>createTestProbe()).limit(4).toList();
  private final TestProbe<Command> asking = testKit.createTestProbe();
  private final ActorRef<Command> first = start(2);

  @AfterEach
  void stop() {
    testKit.stop(first);
  }

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void formsNoClusterWhileNobodyAnswersHoweverLongThatIs() {
    for (int second = 0; second < 120; second++) {
      time.timePasses(Duration.ofSeconds(1));
      others.get(0).expectMessage(new Ask(first));
      others.get(1).expectMessage(new Ask(first));
    }

    assertThat(formedAfterAll(first)).isZero();
  }

  @Test
  void formsOneOnceMoreThanHalfOfTheSeedsAreInNone() {
    first.tell(new InNone("b:1"));
    first.tell(new InNone("c:1"));

    assertThat(formedAfterAll(first)).isEqualTo(1);
  }

  @Test
  void countsEachSeedOnce() {
    var ofFive = start(4);

    ofFive.tell(new InNone("b:1"));
    ofFive.tell(new InNone("b:1"));
    assertThat(formedAfterAll(ofFive)).isZero();
    ofFive.tell(new InNone("c:1"));

    assertThat(formedAfterAll(ofFive)).isEqualTo(1);
    testKit.stop(ofFive);
  }

  @Test
  void needsBothOfTwo() {
    var ofTwo = start(1);
    assertThat(formedAfterAll(ofTwo)).isZero();

    ofTwo.tell(new InNone("b:1"));

    assertThat(formedAfterAll(ofTwo)).isEqualTo(1);
    testKit.stop(ofTwo);
  }

  @Test
  void asksNobodyAndFormsNoneOnceItHasBeenLetIn() {
    isInNone.set(false);
    first.tell(new InNone("b:1"));
    isInNone.set(true);
    assertThat(formedAfterAll(first)).isZero();

    time.timePasses(Duration.ofMinutes(1));

    others.getFirst().expectNoMessage(Duration.ZERO);
  }

  @Test
  void saysNothingWhereItsNodeIsInACluster() {
    isInNone.set(false);
    first.tell(new Ask(asking.ref()));
    isInNone.set(true);
    first.tell(new Ask(asking.ref()));

    asking.expectMessage(new InNone("a:1"));
    asking.expectNoMessage(Duration.ZERO);
  }

  private ActorRef<Command> start(int count) {
    return testKit.spawn(
        Formation.create(
            new Ports("a:1", isInNone::get, formed::incrementAndGet),
            others.stream().limit(count).map(TestProbe::ref).toList()));
  }

  /// How often a cluster was formed by what was said so far.
  private int formedAfterAll(ActorRef<Command> formation) {
    formation.tell(new Ask(asking.ref()));
    asking.receiveMessage();
    return formed.get();
  }
}
