package dev.troupe.cluster;

import dev.troupe.actor.Permits;
import dev.troupe.actor.PermitsActor;
import dev.troupe.actor.TenantSettings;
import dev.troupe.program.Tenant;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/// Finds the one actor that gives runs permits, on whichever node with the role `scheduler` it is.
final class ClusterPermits implements Permits {

  private final TenantSettings settings;
  private final ActorRef<PermitsActor.Command> giver;

  private ClusterPermits(TenantSettings settings, ActorRef<PermitsActor.Command> giver) {
    this.settings = settings;
    this.giver = giver;
  }

  /// Takes part in giving permits, where this node has the role; else only finds who does.
  static ClusterPermits start(ActorSystem<?> system, TenantSettings settings) {
    var giver =
        Behaviors.supervise(
                PermitsActor.create(
                    settings, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime())))
            .onFailure(SupervisorStrategy.restart());
    return new ClusterPermits(
        settings,
        ClusterSingleton.get(system)
            .init(
                SingletonActor.of(giver, "permits")
                    .withSettings(
                        ClusterSingletonSettings.create(system)
                            .withRole(ClusterSettings.Role.SCHEDULER.key()))));
  }

  @Override
  public boolean areNeeded(Tenant tenant) {
    return !settings.of(tenant).areNone();
  }

  @Override
  public void tell(PermitsActor.Announce announce) {
    giver.tell(announce);
  }
}
