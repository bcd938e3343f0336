package dev.troupe.cluster;

import static java.util.concurrent.CompletableFuture.completedStage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ClusterSharding;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.pattern.Patterns;

/// What this node holds of what is spread over the cluster: programs, schedulers, engines.
public final class LocalShards {

  /// What a node holds of one type.
  ///
  /// @param entities with an actor in memory
  public record Held(String type, int shards, int entities) {}

  private LocalShards() {}

  /// What this node holds of each type, in order of their names. Fails when a region does not answer.
  public static CompletionStage<List<Held>> held(ActorSystem<?> system, Duration limit) {
    CompletionStage<List<Held>> all = completedStage(List.of());
    for (var type : types(system)) {
      all = all.thenCombine(heldOf(system, type, limit), LocalShards::with);
    }
    return all;
  }

  /// The entities of a type that this node holds, in order; none where the type is not known.
  public static CompletionStage<List<String>> entities(
      ActorSystem<?> system, String type, Duration limit) {
    if (!types(system).contains(type)) {
      return completedStage(List.of());
    }
    return ask(system, type, ShardRegion.getShardRegionStateInstance(), limit)
        .thenApply(answer ->
            ((ShardRegion.CurrentShardRegionState) answer)
                .getShards().stream()
                    .flatMap(shard -> shard.getEntityIds().stream())
                    .sorted()
                    .toList());
  }

  private static List<String> types(ActorSystem<?> system) {
    return sharding(system).getShardTypeNames().stream().sorted().toList();
  }

  private static CompletionStage<Held> heldOf(ActorSystem<?> system, String type, Duration limit) {
    return ask(system, type, ShardRegion.getRegionStatsInstance(), limit)
        .thenApply(answer -> {
          var stats = ((ShardRegion.ShardRegionStats) answer).getStats();
          int entities = stats.values().stream().mapToInt(count -> (Integer) count).sum();
          return new Held(type, stats.size(), entities);
        });
  }

  private static CompletionStage<Object> ask(
      ActorSystem<?> system, String type, Object question, Duration limit) {
    return Patterns.ask(sharding(system).shardRegion(type), question, limit);
  }

  private static ClusterSharding sharding(ActorSystem<?> system) {
    return ClusterSharding.get(Adapter.toClassic(system));
  }

  private static List<Held> with(List<Held> some, Held more) {
    var all = new ArrayList<>(some);
    all.add(more);
    return List.copyOf(all);
  }
}
