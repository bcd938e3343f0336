package dev.troupe.cluster;

import dev.troupe.actor.CallPorts;
import dev.troupe.actor.CallSettings;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.EngineActors;
import dev.troupe.actor.EngineClient;
import dev.troupe.actor.EngineClientProvider;
import dev.troupe.actor.ModelPools;
import dev.troupe.actor.Recording;
import dev.troupe.engine.EngineSettings;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Program;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Troupe for applications on the JVM: programs whose calls are scheduled with those of all others.
///
/// ```java
/// Troupe.get(system)
///     .program("nightly-report")
///     .call(ChatRequest.to("qwen2.5-0.5b-instruct").user("Hello").build())
///     .via(AnswerText.deltas())
///     .runForeach(System.out::print, system);
/// ```
///
/// Works on every node of a cluster, also on one without roles, which must be able to reach the
/// engines itself: prompts and answers go straight to them. The first use on a node starts what it
/// needs there, with the engine client that the class path has to offer.
public final class Troupe implements Extension {

  private static final Id ID = new Id();

  private static final class Id extends ExtensionId<Troupe> {
    @Override
    public Troupe createExtension(ActorSystem<?> system) {
      return new Troupe(system);
    }
  }

  private final ActorSystem<?> system;
  private final ShardedPrograms programs;
  private final ActorRef<CallsActor.Command> calls;
  private final ClientSettings settings;

  private Troupe(ActorSystem<?> system) {
    this.system = system;
    this.settings = ClientSettings.of(system.settings().config());
    this.programs = ShardedPrograms.find(system);
    var engineActors = new EngineActors();
    // One call that fails in an unforeseen way must not end those of others.
    this.calls =
        system.systemActorOf(
            Behaviors.supervise(CallsActor.create(ports(system, engineActors)))
                .onFailure(SupervisorStrategy.resume()),
            "troupe-client",
            Props.empty());
    EngineNews.listen(system, catalog(system, engineActors, calls));
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            "drain calls of the Troupe API",
            () ->
                AskPattern.<CallsActor.Command, Done>ask(
                    calls,
                    replyTo -> new CallsActor.Drain(settings.drainLimit(), replyTo),
                    CallsActor.drainTime(settings.drainLimit()),
                    system.scheduler()));
  }

  /// @throws IllegalStateException when there is no engine client on the class path
  public static Troupe get(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /// A program of the configured tenant. It begins with its first call.
  public TroupeProgram program(String id) {
    return program(settings.tenant(), id);
  }

  /// A program of some tenant. Programs of two tenants never meet, whatever their ids.
  public TroupeProgram program(Tenant tenant, String id) {
    var program = new Program.Id(tenant, id);
    return new TroupeProgram(
        program, Program.Declared.NOTHING, programs.reference(program), calls, settings);
  }

  /// Runs of the configured tenant.
  public TroupeRuns runs() {
    return runs(settings.tenant());
  }

  /// Runs of some tenant. Runs of two tenants never meet, whatever their ids.
  public TroupeRuns runs(Tenant tenant) {
    return new TroupeRuns(ShardedRuns.find(system), tenant);
  }

  /// What this application does for the steps of the configured tenant's runs.
  public TroupeFunctions functions() {
    return functions(settings.tenant());
  }

  /// What this application does for the steps of some tenant's runs.
  public TroupeFunctions functions(Tenant tenant) {
    return new TroupeFunctions(system, ShardedFunctions.start(system), tenant);
  }

  private static ActorRef<CatalogActor.Command> catalog(
      ActorSystem<?> system, EngineActors engineActors, ActorRef<CallsActor.Command> calls) {
    var catalog =
        CatalogActor.create(
            EngineSettings.of(system.settings().config()).forgetAfter(),
            List.of(),
            new ModelPools(),
            engineActors,
            engine -> calls.tell(new CallsActor.EngineMoved(engine)));
    return system.systemActorOf(
        Behaviors.supervise(catalog).onFailure(SupervisorStrategy.restart()),
        "troupe-client-catalog",
        Props.empty());
  }

  private CallPorts ports(ActorSystem<?> system, EngineActors engineActors) {
    var config = system.settings().config();
    return new CallPorts(
        programs,
        ShardedSchedulers.find(system),
        engineClient(system),
        engineActors,
        ServiceSettings.of(config).newModel(),
        CallSettings.of(config),
        new Instruments(),
        Recording.recorder(system),
        System::nanoTime);
  }

  private static EngineClient engineClient(ActorSystem<?> system) {
    return ServiceLoader.load(EngineClientProvider.class)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "no engine client on the class path; add troupe-engine-connectors"))
        .create(system);
  }
}
