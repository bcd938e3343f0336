package dev.troupe.cluster;

import dev.troupe.actor.Analyst;
import dev.troupe.actor.Functions;
import dev.troupe.actor.LocalRunsActor;
import dev.troupe.actor.RememberedAnswers;
import dev.troupe.actor.RunActor;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.RunPorts;
import dev.troupe.actor.RunSettings;
import dev.troupe.actor.Runs;
import dev.troupe.actor.Schedules;
import dev.troupe.metrics.RunInstruments;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.Analyses;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.Prices;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.TokenCount;
import java.time.Duration;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;

/// Runs in a cluster: where they are, who does their steps, and where their histories are kept.
///
/// @param models that runs can ask for
/// @param here the runs whose actors are on this node
public record ClusterRuns(
    Runs runs,
    Functions functions,
    RunJournal journal,
    ModelCatalogue models,
    Analyst analyst,
    Schedules schedules,
    ActorRef<LocalRunsActor.Command> here) {

  private static final Duration LEAVE_GRACE = Duration.ofSeconds(2);

  /// Before a run inside another that did not answer is asked again.
  private static final Duration ASK_PAUSE = Duration.ofSeconds(2);

  /// Takes part in holding runs, where this node has the role `scheduler`; else only finds them.
  ///
  /// @param served names of the models that engines serve, as this node knows them
  public static ClusterRuns start(
      ActorSystem<?> system,
      RunSettings settings,
      StorageSettings storage,
      Supplier<Collection<String>> served) {
    // Before the first step needs it.
    StorageThreads.of(system).run(() -> TokenCount.of("vocabulary"));
    var models = ModelCatalogue.of(prices(system, settings)::get, served);
    var journal = StoredRuns.start(system, storage, settings.storedRetention());
    var functions = ShardedFunctions.start(system);
    var http = new HttpSteps(new AllowedHosts(settings.allowedHosts()));
    var webhooks =
        new HttpWebhooks(
            new AllowedHosts(settings.allowedHosts()), settings.webhook().timeout(), journal);
    var analyses = new Analyses(new RememberedAnswers());
    var instruments = new RunInstruments();
    var here =
        system.systemActorOf(
            Behaviors.supervise(LocalRunsActor.create(settings.room(), instruments))
                .onFailure(SupervisorStrategy.restart()),
            "runs-here",
            Props.empty());
    var later = new CompletableFuture<Runs>();
    var runner =
        new RunSteps(
            new LlmSteps(system),
            http,
            new FunctionSteps(system, functions),
            new SubRuns(later, ASK_PAUSE));
    var ports =
        new RunPorts(
            settings,
            journal,
            runner,
            new RunDecisions(models),
            here,
            ClusterPermits.start(system, settings.tenants()),
            analyses,
            instruments,
            webhooks,
            System::currentTimeMillis,
            SplittableRandom::new);
    var runs =
        ShardedRuns.start(system, (run, passivate) -> RunActor.create(run, ports, passivate));
    later.complete(runs);
    if (Cluster.get(system).getSelfRoles().contains(ClusterSettings.Role.SCHEDULER.key())) {
      RunKeeper.start(system, journal, settings.wakeInterval(), runs::wake);
    }
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "close-connections-of-steps",
            () -> {
              http.close();
              webhooks.close();
              return CompletableFuture.completedStage(Done.getInstance());
            });
    var schedules = ClusterSchedules.start(system, journal.schedules(), runs);
    var analyst = new PlanAnalyst(system, models, analyses, settings.analysisTimeout());
    return new ClusterRuns(runs, functions, journal, models, analyst, schedules, here);
  }

  /// Has the runs on this node start no more steps, and waits for those that run. Completes when nothing
  /// would be lost if the runs left, or when the limit has passed.
  public CompletionStage<Done> leave(ActorSystem<?> system, Duration limit) {
    return AskPattern.ask(
        here,
        replyTo -> new LocalRunsActor.Leave(limit, replyTo),
        limit.plus(LEAVE_GRACE),
        system.scheduler());
  }

  private static AtomicReference<Prices> prices(ActorSystem<?> system, RunSettings settings) {
    var prices = new AtomicReference<>(settings.currentPrices());
    if (settings.priceFile().isPresent()) {
      system.systemActorOf(
          Behaviors.supervise(
                  PriceFileActor.create(settings::currentPrices, prices, StorageThreads.of(system)))
              .onFailure(SupervisorStrategy.restart()),
          "prices-of-models",
          Props.empty());
    }
    return prices;
  }
}
