package dev.troupe.actor;

import dev.troupe.program.Remote;
import dev.troupe.program.Tenant;
import dev.troupe.run.TenantPermits;
import dev.troupe.run.TenantPermits.Said;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Gives the runs of tenants with limits leave to start steps. There is one in the cluster; a new one begins
/// empty and learns from the runs, which say at intervals what they hold. What a run held is free again when
/// its actor, or its node, is gone.
public final class PermitsActor {

  public sealed interface Command {}

  /// A run says what it holds and wants; said again while that is anything.
  public record Announce(Tenant tenant, ActorRef<RunActor.Command> run, Said said)
      implements Command, Remote {}

  private record Gone(Tenant tenant, ActorRef<RunActor.Command> run) implements Command {}

  private record Due(Tenant tenant) implements Command {}

  private final TenantSettings settings;
  private final LongSupplier clock;
  private final long begunMillis;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Map<Tenant, TenantPermits<ActorRef<RunActor.Command>>> tenants = new HashMap<>();
  private final Set<ActorRef<RunActor.Command>> watched = new HashSet<>();

  private PermitsActor(
      TenantSettings settings,
      LongSupplier clock,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.settings = settings;
    this.clock = clock;
    this.begunMillis = clock.getAsLong();
    this.context = context;
    this.timers = timers;
  }

  /// @param clock milliseconds that only grow
  public static Behavior<Command> create(TenantSettings settings, LongSupplier clock) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          var permits = new PermitsActor(settings, clock, context, timers);
          return Behaviors.receiveMessage(command -> {
            permits.onCommand(command);
            return Behaviors.same();
          });
        }));
  }

  private void onCommand(Command command) {
    switch (command) {
      case Announce(var tenant, var run, var said) -> {
        if (watched.add(run)) {
          context.watchWith(run, new Gone(tenant, run));
        }
        of(tenant).say(run, said, clock.getAsLong());
        grant(tenant);
      }
      case Gone(var tenant, var run) -> {
        watched.remove(run);
        of(tenant).end(run);
        grant(tenant);
      }
      case Due(var tenant) -> grant(tenant);
    }
  }

  private TenantPermits<ActorRef<RunActor.Command>> of(Tenant tenant) {
    return tenants.computeIfAbsent(
        tenant, each -> new TenantPermits<>(settings.of(each), begunMillis));
  }

  private void grant(Tenant tenant) {
    var permits = of(tenant);
    long now = clock.getAsLong();
    var grants = permits.grants(now);
    var next = permits.nextMillis();
    var due = new Due(tenant);
    if (next.isPresent()) {
      timers.startSingleTimer(due, due, Duration.ofMillis(Math.max(1, next.getAsLong() - now)));
    } else if (permits.isForgettable(now)) {
      timers.cancel(due);
      tenants.remove(tenant);
    }
    grants.forEach(grant -> grant.run().tell(new RunActor.Permitted(grant.permits())));
  }
}
