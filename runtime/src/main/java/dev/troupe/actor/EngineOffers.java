package dev.troupe.actor;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.LeaseBook;
import dev.troupe.engine.PrefixIndex;
import dev.troupe.program.ModelPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/// What an engine's actor has told the schedulers of its models: the room it has offered, and what its
/// KV cache is believed to hold. Confined to that actor.
final class EngineOffers {

  /// Hashes gained in one message, and as many lost, 9 bytes each: well below what the cluster carries in
  /// one.
  private static final int MOST_HASHES = 5_000;

  private final ActorRef<EngineActor.Command> self;
  private final Schedulers schedulers;
  private final LeaseBook<ActorRef<CallActor.Command>> book;
  private final PrefixIndex prefixes;
  private final EngineId engine;
  private final Map<ModelPool, Optional<ActorRef<SchedulerActor.Command>>> pools =
      new LinkedHashMap<>();
  private boolean isPending;

  EngineOffers(
      EngineId engine,
      ActorRef<EngineActor.Command> self,
      Schedulers schedulers,
      LeaseBook<ActorRef<CallActor.Command>> book,
      PrefixIndex prefixes) {
    this.engine = engine;
    this.self = self;
    this.schedulers = schedulers;
    this.book = book;
    this.prefixes = prefixes;
  }

  /// Makes the engine known to the schedulers of models it has not served before.
  void enlist(Set<String> models) {
    for (var model : models) {
      var pool = new ModelPool(model);
      if (pools.putIfAbsent(pool, Optional.empty()) == null) {
        schedulers.tell(pool, new SchedulerActor.Retract(engine));
        tellContents(pool);
      }
    }
  }

  /// A scheduler has heard of the engine. Unless it was known, what was offered before may have been
  /// lost with one that never answered.
  void enlisted(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler) {
    var known = pools.put(pool, Optional.of(scheduler));
    if (!Optional.of(scheduler).equals(known)) {
      offerAnew(pool);
    }
  }

  void schedulerGone(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler) {
    if (pools.getOrDefault(pool, Optional.empty()).equals(Optional.of(scheduler))) {
      pools.put(pool, Optional.empty());
      offerAnew(pool);
    }
  }

  /// Takes back what is offered beyond what there is now, or everything.
  void takeBack(boolean everything) {
    for (var pool : everything ? pools.keySet() : Set.copyOf(book.overOffered())) {
      schedulers.tell(pool, new SchedulerActor.Retract(engine));
      book.retract(pool);
    }
  }

  /// Something has happened that may have made room.
  ///
  /// @return whether nothing had since offers were made last, so that they are to be made
  boolean changed() {
    boolean isFirst = !isPending;
    isPending = true;
    return isFirst;
  }

  /// Offers are made now.
  void begun() {
    isPending = false;
  }

  /// Offers the room there is to each pool. One of several hears how full the engine is in any case: what
  /// another's calls leave it need not be new to it.
  ///
  /// @param engineWaiting calls waiting in the engine itself
  /// @param always whether pools hear how the engine is even where there is no room to offer
  /// @param isCacheKnown whether its cache holds no more than was said
  void offerRoom(int engineWaiting, boolean always, boolean isCacheKnown) {
    boolean isShared = pools.size() > 1;
    for (var pool : pools.keySet()) {
      var credit = book.offer(pool);
      if (always || isShared || !credit.equals(Credit.NONE)) {
        var load = book.load(engineWaiting, isShared);
        schedulers.tell(pool, new SchedulerActor.Offer(engine, self, credit, load, isCacheKnown));
      }
    }
  }

  void resident(PrefixIndex.Delta delta) {
    pools.keySet().forEach(pool -> tellResident(pool, delta));
  }

  private void offerAnew(ModelPool pool) {
    schedulers.tell(pool, new SchedulerActor.Retract(engine));
    book.retract(pool);
    tellContents(pool);
  }

  private void tellContents(ModelPool pool) {
    tellResident(pool, new PrefixIndex.Delta(prefixes.contents(), List.of()));
  }

  /// What is gained and lost at a time is one message, unless there is more than one can carry.
  private void tellResident(ModelPool pool, PrefixIndex.Delta delta) {
    int most = Math.max(delta.gained().size(), delta.lost().size());
    for (int from = 0; from < most; from += MOST_HASHES) {
      schedulers.tell(
          pool,
          new SchedulerActor.Resident(
              engine, part(delta.gained(), from), part(delta.lost(), from)));
    }
  }

  private static List<Long> part(List<Long> hashes, int from) {
    return from < hashes.size()
        ? hashes.subList(from, Math.min(hashes.size(), from + MOST_HASHES))
        : List.of();
  }
}
