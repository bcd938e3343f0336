package dev.troupe.actor;

import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.engine.EngineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// What this node knows of the engines: which models there are, and how their engines do. Soft: it
/// is told anew by every engine at every probe.
///
/// A model stays known while its engine is away, so that calls for it wait rather than fail.
public final class CatalogActor {

  public sealed interface Command {}

  /// Asks for all models, by name.
  public record ListModels(ActorRef<List<String>> replyTo) implements Command {}

  /// Asks for all models, and is answered once an engine that answers serves any.
  public record AwaitModels(ActorRef<List<String>> replyTo) implements Command {}

  /// Asks for all engines, by id.
  public record ListEngines(ActorRef<List<EngineView>> replyTo) implements Command {}

  /// How an engine does.
  public record EngineSeen(EngineView engine) implements Command {}

  /// An engine is no longer part of the system.
  public record EngineRemoved(EngineId engine) implements Command {}

  /// Creates a node's catalog.
  ///
  /// @param pools told which models there are, whenever that changes
  public static Behavior<Command> create(ModelPools pools) {
    return Behaviors.setup(_ -> new CatalogActor(pools).listing());
  }

  private final Map<String, EngineView> engines = new TreeMap<>();
  private final List<ActorRef<List<String>>> waiting = new ArrayList<>();

  private final ModelPools pools;

  private CatalogActor(ModelPools pools) {
    this.pools = pools;
  }

  private Behavior<Command> listing() {
    return Behaviors.receiveMessage(this::onCommand);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case ListModels(var replyTo) -> replyTo.tell(models());
      case ListEngines(var replyTo) -> replyTo.tell(List.copyOf(engines.values()));
      case AwaitModels(var replyTo) -> {
        waiting.add(replyTo);
        answerWaiting();
      }
      case EngineSeen(var engine) -> {
        engines.put(engine.endpoint().id().value(), engine);
        pools.publish(models());
        answerWaiting();
      }
      case EngineRemoved(var engine) -> {
        engines.remove(engine.value());
        pools.publish(models());
      }
    }
    return Behaviors.same();
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
