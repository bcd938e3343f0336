package dev.troupe.actor;

import dev.troupe.program.ModelPool;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Which models this node knows, for every call to look at without asking an actor. The catalog's
/// actor is its one writer.
public final class ModelPools {

  private final Map<String, ModelPool> pools = new ConcurrentHashMap<>();

  /// The pool that serves a model. Empty when no engine is known to.
  public Optional<ModelPool> of(String model) {
    return Optional.ofNullable(pools.get(model));
  }

  /// The names of all that are known.
  public Collection<String> names() {
    return Set.copyOf(pools.keySet());
  }

  /// These and no other models are known now.
  void publish(Collection<String> models) {
    pools.keySet().retainAll(models);
    models.forEach(model -> pools.computeIfAbsent(model, ModelPool::new));
  }
}
