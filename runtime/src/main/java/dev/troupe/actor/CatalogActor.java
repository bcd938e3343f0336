package dev.troupe.actor;

import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineId;
import dev.troupe.program.Remote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// What this node knows of the engines of the cluster: which models there are, and how their engines
/// do. Soft: it is told anew by every engine's actor at every probe.
///
/// A model stays known while its engine is away, so that calls for it wait rather than fail; also for a
/// while when the engine's actor is gone with its node.
public final class CatalogActor {

  public sealed interface Command {}

  /// What engines' actors tell the catalogs of all nodes.
  public sealed interface News extends Command, Remote {}

  /// Asks for all models, by name.
  public record ListModels(ActorRef<List<String>> replyTo) implements Command {}

  /// Asks for all models, and is answered once an engine that answers serves any.
  public record AwaitModels(ActorRef<List<String>> replyTo) implements Command {}

  /// Asks what is still to be heard before a call can be told that no engine serves its model; nothing
  /// once every engine that is expected has answered a probe or failed it, and there is a model.
  public record AskMissing(ActorRef<Optional<String>> replyTo) implements Command {}

  /// Asks for all engines, by id.
  public record ListEngines(ActorRef<List<EngineView>> replyTo) implements Command {}

  /// How an engine does.
  ///
  /// @param actor holds its leases
  public record EngineSeen(EngineView engine, ActorRef<EngineActor.Command> actor)
      implements News {}

  /// An engine is no longer part of the system.
  public record EngineRemoved(EngineId engine) implements News {}

  private record ActorGone(EngineId engine, ActorRef<EngineActor.Command> actor)
      implements Command {}

  private record Forget(EngineId engine) implements Command {}

  private static final String NOT_ASKED = "it has not been asked yet";
  private static final String UNWATCHED = "no node watches it: its actor is gone";

  /// Creates a node's catalog.
  ///
  /// @param forgetAfter how long an engine stays known whose actor is gone
  /// @param expected engines that will be heard of; what they are said to serve is known before that
  /// @param pools told which models there are, whenever that changes
  /// @param actors told where engines' actors are
  /// @param moved told which engine has another actor than before
  public static Behavior<Command> create(
      Duration forgetAfter,
      List<EngineDescription> expected,
      ModelPools pools,
      EngineActors actors,
      Consumer<EngineId> moved) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers ->
            new CatalogActor(context, timers, forgetAfter, pools, actors, moved)
                .listing(expected)));
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Duration forgetAfter;
  private final ModelPools pools;
  private final EngineActors actors;
  private final Consumer<EngineId> moved;
  private final Map<EngineId, EngineView> engines =
      new TreeMap<>(Comparator.comparing(EngineId::value));
  private final Map<EngineId, ActorRef<EngineActor.Command>> watched = new HashMap<>();
  private final Set<EngineId> unheard = new TreeSet<>(Comparator.comparing(EngineId::value));
  private final List<ActorRef<List<String>>> waiting = new ArrayList<>();

  private CatalogActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Duration forgetAfter,
      ModelPools pools,
      EngineActors actors,
      Consumer<EngineId> moved) {
    this.context = context;
    this.timers = timers;
    this.forgetAfter = forgetAfter;
    this.pools = pools;
    this.actors = actors;
    this.moved = moved;
  }

  private Behavior<Command> listing(List<EngineDescription> expected) {
    for (var engine : expected) {
      engines.put(engine.endpoint().id(), notAsked(engine));
      unheard.add(engine.endpoint().id());
    }
    pools.publish(models());
    return Behaviors.receiveMessage(this::onCommand);
  }

  private static EngineView notAsked(EngineDescription engine) {
    return new EngineView(
        engine.endpoint(),
        false,
        engine.models(),
        Optional.empty(),
        0,
        0,
        0,
        Optional.of(NOT_ASKED));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case ListModels(var replyTo) -> replyTo.tell(models());
      case ListEngines(var replyTo) -> replyTo.tell(List.copyOf(engines.values()));
      case AskMissing(var replyTo) -> replyTo.tell(missing());
      case AwaitModels(var replyTo) -> {
        waiting.add(replyTo);
        answerWaiting();
      }
      case EngineSeen(var engine, var actor) -> onSeen(engine, actor);
      case ActorGone(var engine, var actor) -> onActorGone(engine, actor);
      case EngineRemoved(var engine) -> forget(engine);
      case Forget(var engine) -> forget(engine);
    }
    return Behaviors.same();
  }

  private void onSeen(EngineView seen, ActorRef<EngineActor.Command> actor) {
    var engine = seen.endpoint().id();
    engines.put(engine, seen);
    unheard.remove(engine);
    timers.cancel(new Forget(engine));
    actors.put(engine, actor);
    if (!actor.equals(watched.put(engine, actor))) {
      context.watchWith(actor, new ActorGone(engine, actor));
      moved.accept(engine);
    }
    pools.publish(models());
    answerWaiting();
  }

  /// Another actor may have taken over already.
  private void onActorGone(EngineId engine, ActorRef<EngineActor.Command> actor) {
    if (actor.equals(watched.get(engine))) {
      engines.computeIfPresent(engine, (_, view) -> view.unreachable(UNWATCHED));
      timers.startSingleTimer(new Forget(engine), forgetAfter);
    }
  }

  private void forget(EngineId engine) {
    engines.remove(engine);
    unheard.remove(engine);
    watched.remove(engine);
    actors.remove(engine);
    pools.publish(models());
  }

  private Optional<String> missing() {
    if (models().isEmpty()) {
      return Optional.of("no engine has a model yet");
    }
    return unheard.stream()
        .findFirst()
        .map(engine -> "engine " + engine.value() + " has not been asked yet");
  }

  private void answerWaiting() {
    if (engines.values().stream()
        .anyMatch(engine -> engine.isReachable() && !engine.models().isEmpty())) {
      waiting.forEach(replyTo -> replyTo.tell(models()));
      waiting.clear();
    }
  }

  private List<String> models() {
    return engines.values().stream()
        .flatMap(engine -> engine.models().stream())
        .distinct()
        .sorted()
        .toList();
  }
}
