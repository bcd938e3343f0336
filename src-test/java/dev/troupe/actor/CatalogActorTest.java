package dev.troupe.actor;

import static dev.troupe.actor.Samples.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CatalogActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create(OneThread.config());
  private static final ManualTime time = ManualTime.get(testKit.system());
  private static final Duration FORGET_AFTER = Duration.ofMinutes(1);
  private static final EngineId ENGINE = new EngineId("e1");

  private final ModelPools pools = new ModelPools();
  private final EngineActors actors = new EngineActors();
  private final TestProbe<EngineId> moved = testKit.createTestProbe();
  private final TestProbe<List<EngineView>> engines = testKit.createTestProbe();
  private final ActorRef<CatalogActor.Command> catalog = testKit.spawn(create(List.of()));

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void knowsWhereAnEnginesActorIsAndSaysWhenItIsAnother() {
    TestProbe<EngineActor.Command> first = testKit.createTestProbe();
    TestProbe<EngineActor.Command> second = testKit.createTestProbe();

    catalog.tell(seen(first));
    moved.expectMessage(ENGINE);
    catalog.tell(seen(first));
    catalog.tell(seen(second));
    moved.expectMessage(ENGINE);

    assertThat(actors.of(ENGINE)).contains(second.ref());
    first.stop();
    assertThat(onlyEngine().isReachable()).isTrue();
  }

  @Test
  void keepsAModelForAWhileWhenTheActorOfItsEngineIsGone() {
    TestProbe<EngineActor.Command> actor = testKit.createTestProbe();
    catalog.tell(seen(actor));
    moved.expectMessage(ENGINE);

    actor.stop();

    engines.awaitAssert(() -> {
      assertThat(onlyEngine().isReachable()).isFalse();
      assertThat(onlyEngine().whyUnreachable()).isPresent();
      return true;
    });
    assertThat(pools.of("m")).isPresent();
    time.timePasses(FORGET_AFTER);
    assertThat(listed()).isEmpty();
    assertThat(pools.of("m")).isEmpty();
    assertThat(actors.of(ENGINE)).isEmpty();
  }

  @Test
  void forgetsAnEngineThatIsRemoved() {
    TestProbe<EngineActor.Command> actor = testKit.createTestProbe();
    catalog.tell(seen(actor));

    catalog.tell(new CatalogActor.EngineRemoved(ENGINE));

    assertThat(listed()).isEmpty();
    assertThat(pools.of("m")).isEmpty();
  }

  /// Calls for its models wait for it from the start.
  @Test
  void knowsWhatAnExpectedEngineIsSaidToServeUntilItIsHeardOf() {
    var expecting = testKit.spawn(create(List.of(serving("e1", "named"))));
    assertThat(pools.names()).containsExactly("named");

    expecting.tell(seen(testKit.createTestProbe()));

    assertThat(pools.names()).containsExactly("m");
  }

  @Test
  void missesAModelAndEveryExpectedEngineThatItHasNotHeardOf() {
    TestProbe<Optional<String>> missing = testKit.createTestProbe();
    var expecting = testKit.spawn(create(List.of(serving("e1"), serving("e2"))));

    expecting.tell(new CatalogActor.AskMissing(missing.ref()));
    expecting.tell(seen(testKit.createTestProbe()));
    expecting.tell(new CatalogActor.AskMissing(missing.ref()));
    expecting.tell(new CatalogActor.EngineRemoved(new EngineId("e2")));
    expecting.tell(new CatalogActor.AskMissing(missing.ref()));

    assertThat(missing.receiveMessage()).contains("no engine has a model yet");
    assertThat(missing.receiveMessage()).contains("engine e2 has not been asked yet");
    assertThat(missing.receiveMessage()).isEmpty();
  }

  private static EngineDescription serving(String name, String... models) {
    return new EngineDescription(
        endpoint(name), Set.of(models), OptionalInt.empty(), OptionalLong.empty());
  }

  private Behavior<CatalogActor.Command> create(List<EngineDescription> expected) {
    return CatalogActor.create(FORGET_AFTER, expected, pools, actors, moved.ref()::tell);
  }

  private EngineView onlyEngine() {
    var all = listed();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private List<EngineView> listed() {
    catalog.tell(new CatalogActor.ListEngines(engines.ref()));
    return engines.receiveMessage();
  }

  private static CatalogActor.EngineSeen seen(TestProbe<EngineActor.Command> actor) {
    return new CatalogActor.EngineSeen(
        new EngineView(
            endpoint("e1"), true, Set.of("m"), Optional.empty(), 4, 0, 0, Optional.empty()),
        actor.ref());
  }
}
