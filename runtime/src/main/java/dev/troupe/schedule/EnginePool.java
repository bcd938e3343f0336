package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.program.Call;
import dev.troupe.schedule.Placement.Candidate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The engines of a pool as their scheduler knows them: what they have offered and not been sent
/// yet, how full they are, and what their KV caches hold.
///
/// What they hold of a waiting call's prompt is kept until their caches change, since a dispatch asks
/// for every call that it looks at: [#forget] calls that wait no more.
final class EnginePool {

  private final Map<EngineId, Room> rooms = new TreeMap<>(Comparator.comparing(EngineId::value));
  private final PrefixDirectory prefixes = new PrefixDirectory();
  // The numbers of those that have a room.
  private final BitSet candidates = new BitSet();
  // Those whose caches may hold more than they have said.
  private final Set<EngineId> uncertain = new HashSet<>();
  private final Map<Call.Id, Cached> cachedByCall = new HashMap<>();
  // Counts what changes the answers: caches and candidates.
  private long version;

  /// @param number of the engine in the directory of prefixes
  /// @param spare offered and not spent
  /// @param load as it last said, with what was sent since
  record Room(EngineId engine, int number, Credit spare, EngineLoad load) {

    boolean isOpen() {
      return spare.hasRoom();
    }

    /// How much of what it may hold it holds, 0–1, in calls or in KV tokens, whichever is more.
    double fill() {
      double calls = load.inFlight() / Math.max(1.0, (double) load.inFlight() + spare.slots());
      double spareTokens = Math.max(0, spare.kvTokens());
      double tokens = load.kvTokens() / Math.max(1.0, load.kvTokens() + spareTokens);
      return Math.max(calls, tokens);
    }
  }

  /// What was cached of a call's prompt.
  ///
  /// @param version when
  /// @param mostTokens on the engine that holds most of it
  /// @param tokens by the engines' numbers; empty until an engine is to be chosen
  private record Cached(long version, int mostTokens, Optional<int[]> tokens) {}

  void offered(EngineId engine, Credit more, EngineLoad load) {
    var room = rooms.get(engine);
    var spare = room == null ? more : room.spare().plus(more);
    int number = room == null ? prefixes.number(engine) : room.number();
    if (rooms.put(engine, new Room(engine, number, spare, load)) == null) {
      candidates.set(number);
      version++;
    }
  }

  void retracted(EngineId engine) {
    var room = rooms.remove(engine);
    if (room != null) {
      candidates.clear(room.number());
      version++;
    }
  }

  void cacheKnown(EngineId engine, boolean isKnown) {
    if (isKnown) {
      uncertain.remove(engine);
    } else {
      uncertain.add(engine);
    }
  }

  void removed(EngineId engine) {
    retracted(engine);
    uncertain.remove(engine);
    prefixes.removed(engine);
    version++;
  }

  void resident(EngineId engine, Collection<Long> gained, Collection<Long> lost) {
    if (gained.isEmpty() && lost.isEmpty()) {
      return;
    }
    prefixes.lost(engine, lost);
    prefixes.gained(engine, gained);
    version++;
  }

  void sent(EngineId engine, Call call) {
    var room = rooms.get(engine);
    if (room == null || !room.isOpen()) {
      throw new IllegalStateException("no room on " + engine + " for " + call.id());
    }
    var left = room.spare().minus(call.kvTokens());
    var load = room.load().plus(call.kvTokens());
    rooms.put(engine, new Room(engine, room.number(), left, load));
  }

  /// A call sent there did not stay. Its credit remains spent.
  void returned(EngineId engine, Call call) {
    rooms.computeIfPresent(
        engine,
        (_, room) -> {
          var load = room.load().minus(call.kvTokens());
          return new Room(engine, room.number(), room.spare(), load);
        });
  }

  boolean hasRoom() {
    for (var room : rooms.values()) {
      if (room.isOpen()) {
        return true;
      }
    }
    return false;
  }

  /// Tokens of its prompt in the KV cache of the engine that holds most of it.
  int mostCachedTokens(Call call) {
    var known = cachedByCall.get(call.id());
    if (known != null && known.version() == version) {
      return known.mostTokens();
    }
    int most = prefixes.mostTokens(call.prefix(), candidates);
    cachedByCall.put(call.id(), new Cached(version, most, Optional.empty()));
    return most;
  }

  /// The call waits no more.
  void forget(Call.Id call) {
    cachedByCall.remove(call);
  }

  /// Calls of whose prompts it is known what is cached. For tests.
  Set<Call.Id> known() {
    return Set.copyOf(cachedByCall.keySet());
  }

  /// The engines that have offered since they were last retracted, ordered by name.
  List<Room> rooms() {
    return List.copyOf(rooms.values());
  }

  /// The engines that may serve a call. One that failed it before is among them only when no other
  /// engine is there.
  List<Candidate> candidates(Waiting waiting) {
    var tokens = cachedTokens(waiting.call());
    boolean allExcluded =
        !waiting.excluded().isEmpty() && waiting.excluded().containsAll(rooms.keySet());
    var found = new ArrayList<Candidate>(rooms.size());
    for (var room : rooms.values()) {
      if (allExcluded || !waiting.excluded().contains(room.engine())) {
        found.add(
            new Candidate(
                room.engine(),
                room.isOpen(),
                room.load(),
                room.fill(),
                cachedTokens(waiting, room.engine(), tokens[room.number()])));
      }
    }
    return found;
  }

  /// What is said of an engine with an uncertain cache may be as little as a beginning that the program
  /// shares with others.
  ///
  /// @param said tokens of the prompt in the engine's cache, as it has said
  private int cachedTokens(Waiting waiting, EngineId engine, int said) {
    boolean mayHaveAll =
        !uncertain.isEmpty()
            && uncertain.contains(engine)
            && waiting.lastEngine().filter(engine::equals).isPresent();
    return mayHaveAll ? waiting.call().promptTokens() : said;
  }

  /// By the engines' numbers.
  private int[] cachedTokens(Call call) {
    int most = mostCachedTokens(call);
    var known = cachedByCall.get(call.id());
    if (known != null && known.tokens().isPresent()) {
      return known.tokens().get();
    }
    var tokens = most == 0 ? prefixes.noTokens() : prefixes.tokens(call.prefix(), candidates);
    cachedByCall.put(call.id(), new Cached(version, most, Optional.of(tokens)));
    return tokens;
  }
}
