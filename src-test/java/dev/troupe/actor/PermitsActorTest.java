package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.OneThread;
import dev.troupe.program.Tenant;
import dev.troupe.run.TenantLimits;
import dev.troupe.run.TenantPermits;
import dev.troupe.run.TenantPermits.Said;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("UDF-10")
class PermitsActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Tenant RED = new Tenant("red");
  private static final Tenant BLUE = new Tenant("blue");

  private final AtomicLong now = new AtomicLong();
  private final TestProbe<RunActor.Command> one = KIT.createTestProbe();
  private final TestProbe<RunActor.Command> other = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static TenantSettings settings(String text) {
    return TenantSettings.of(ConfigFactory.parseString(text).withFallback(ConfigFactory.load()));
  }

  /// One that has learned what there is.
  private ActorRef<PermitsActor.Command> giver(String text) {
    var giver = KIT.spawn(PermitsActor.create(settings(text), now::get));
    pass(TenantPermits.LEARNING_MILLIS);
    return giver;
  }

  private void pass(long millis) {
    now.addAndGet(millis);
    TIME.timePasses(Duration.ofMillis(millis));
  }

  @Test
  void anotherTenantIsNotHeld() {
    var giver = giver("troupe.run.tenant.max-concurrent-tasks = 1");
    giver.tell(new PermitsActor.Announce(RED, one.getRef(), new Said(0, 0, 5)));
    assertThat(one.receiveMessage()).isEqualTo(new RunActor.Permitted(1));

    giver.tell(new PermitsActor.Announce(BLUE, other.getRef(), new Said(0, 0, 1)));

    assertThat(other.receiveMessage()).isEqualTo(new RunActor.Permitted(1));
    one.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatARunHeldIsFreeWhenItsActorIsGone() {
    var giver = giver("troupe.run.tenant.max-concurrent-tasks = 1");
    giver.tell(new PermitsActor.Announce(RED, one.getRef(), new Said(1, 1, 0)));
    giver.tell(new PermitsActor.Announce(RED, other.getRef(), new Said(0, 0, 1)));
    other.expectNoMessage(Duration.ZERO);

    one.stop();

    assertThat(other.receiveMessage()).isEqualTo(new RunActor.Permitted(1));
  }

  @Test
  void startsAreGrantedInTimeThoughNobodySaysAnything() {
    var giver = giver("troupe.run.tenant.max-tasks-per-second = 5");
    giver.tell(new PermitsActor.Announce(RED, one.getRef(), new Said(0, 0, 2)));
    assertThat(one.receiveMessage()).isEqualTo(new RunActor.Permitted(1));
    one.expectNoMessage(Duration.ZERO);

    pass(200);

    assertThat(one.receiveMessage()).isEqualTo(new RunActor.Permitted(1));
  }

  @Test
  void aTenantMayHaveLimitsOfItsOwn() {
    var settings =
        settings(
            """
            troupe.run.tenant.max-concurrent-tasks = 7
            troupe.gateway.tenants = [
              { name = red, api-keys = [k], max-concurrent-tasks = 0 }
              { name = blue, api-keys = [l], max-tasks-per-second = 0.5 }]
            """);

    assertThat(settings.of(RED)).isEqualTo(TenantLimits.NONE);
    assertThat(settings.of(BLUE).concurrentTasks()).hasValue(7);
    assertThat(settings.of(BLUE).tasksPerSecond()).hasValue(0.5);
    assertThat(settings.of(new Tenant("green")).concurrentTasks()).hasValue(7);
    assertThat(settings("").of(RED).areNone()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "troupe.run.tenant.max-concurrent-tasks = -1|troupe.run.tenant.max-concurrent-tasks",
        "troupe.run.tenant.max-tasks-per-second = 1e9|troupe.run.tenant.max-tasks-per-second",
        "troupe.gateway.tenants = [{ name = a, api-keys = [k], max-tasks-per-second = x }]"
            + "|troupe.gateway.tenants[0].max-tasks-per-second",
        "troupe.gateway.tenants = [{ name = a, api-keys = [k], max-concurent-tasks = 2 }]"
            + "|troupe.gateway.tenants[0].max-concurent-tasks"
      })
  void limitsThatAreNoneAreRefusedByTheirKey(String text, String key) {
    assertThatThrownBy(() -> settings(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": expected");
  }
}
