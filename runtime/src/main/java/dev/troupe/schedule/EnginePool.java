package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.program.Call;
import dev.troupe.schedule.Dispatcher.EngineView;
import dev.troupe.schedule.Placement.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The engines of a pool as their scheduler knows them: what they have offered and not been sent
/// yet, how full they are, and what their KV caches hold.
///
/// What they hold of a waiting call's prompt is kept and brought up to date, since a dispatch asks
/// for every call that it looks at: [#forget] calls that wait no more.
final class EnginePool {

  private static final Comparator<EngineRoom> BY_NAME =
      Comparator.comparing(room -> room.engine().value());

  private final Pace pace;
  private final Map<EngineId, EngineRoom> rooms = new HashMap<>();
  // The same, ordered by the engines' names.
  private final List<EngineRoom> ordered = new ArrayList<>();
  private final PrefixDirectory prefixes = new PrefixDirectory();
  // Those whose caches may hold more than they have said.
  private final Set<EngineId> uncertain = new HashSet<>();
  private final Map<Call.Id, HeldPrompt> held = new HashMap<>();

  EnginePool(Pace pace) {
    this.pace = pace;
  }

  void offered(EngineId engine, Credit more, EngineLoad load) {
    var room = rooms.get(engine);
    if (room == null) {
      room = new EngineRoom(engine, prefixes.number(engine), pace);
      rooms.put(engine, room);
      ordered.add(room);
      ordered.sort(BY_NAME);
    }
    room.offered(more, load);
  }

  void retracted(EngineId engine) {
    var room = rooms.remove(engine);
    if (room != null) {
      ordered.remove(room);
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
  }

  void resident(EngineId engine, Collection<Long> gained, Collection<Long> lost) {
    prefixes.changed(engine, gained, lost);
  }

  void sent(EngineId engine, Call call) {
    var room = rooms.get(engine);
    if (room == null || !room.isOpen()) {
      throw new IllegalStateException("no room on " + engine + " for " + call.id());
    }
    pace.sent(call, mostCachedTokens(call));
    room.sent(call.kvTokens());
  }

  /// A call sent there did not stay. Its credit remains spent.
  void returned(EngineId engine, Call call) {
    var room = rooms.get(engine);
    if (room != null) {
      room.returned(call.kvTokens());
    }
  }

  /// Whether an engine has room for a call.
  boolean hasRoom() {
    for (int at = 0; at < ordered.size(); at++) {
      if (ordered.get(at).isOpen()) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasQuickRoom(List<EngineRoom> among) {
    for (int at = 0; at < among.size(); at++) {
      if (among.get(at).isQuick()) {
        return true;
      }
    }
    return false;
  }

  /// Whether a call may go to those with room. While none of them is quick, one that costs more than
  /// others may not.
  boolean isLetThrough(Call call) {
    return hasQuickRoom(ordered) || isCheapEnough(call);
  }

  private boolean isCheapEnough(Call call) {
    return !hasSharedEngine() && pace.isLetThrough(call, mostCachedTokens(call));
  }

  /// Cheap calls of one model would fill such an engine for as long as a dear one of another waits for it
  /// to be quick.
  private boolean hasSharedEngine() {
    for (int at = 0; at < ordered.size(); at++) {
      if (ordered.get(at).load().isShared()) {
        return true;
      }
    }
    return false;
  }

  /// Tokens of its prompt in the KV cache of the engine that holds most of it. O(engines), and O(length
  /// of the prefix chain) where caches have changed since it was asked last.
  int mostCachedTokens(Call call) {
    var prompt = held(call);
    int deepest = HeldPrompt.NONE;
    for (int at = 0; at < ordered.size(); at++) {
      deepest = Math.max(deepest, prompt.deepest(ordered.get(at).number()));
    }
    return prompt.tokens(deepest);
  }

  /// The call waits no more.
  void forget(Call.Id call) {
    held.remove(call);
  }

  /// Calls of whose prompts it is known what is cached. For tests.
  Set<Call.Id> known() {
    return Set.copyOf(held.keySet());
  }

  /// The engines that have offered since they were last retracted, ordered by name.
  List<EngineView> views() {
    return ordered.stream()
        .map(room -> new EngineView(room.engine(), room.spare(), room.load()))
        .toList();
  }

  /// The engines that may serve a call. One that failed it before is among them only when no other
  /// engine is there. While one of them with room is quick, the others count as full; so do all that are
  /// not quick for a call that is not let through.
  List<Candidate> candidates(Waiting waiting) {
    var able = able(waiting.excluded());
    boolean isPaced = hasQuickRoom(able) || !isCheapEnough(waiting.call());
    var prompt = held(waiting.call());
    var found = new ArrayList<Candidate>(able.size());
    for (int at = 0; at < able.size(); at++) {
      var room = able.get(at);
      found.add(room.candidate(isPaced, cachedTokens(waiting, room, prompt)));
    }
    return found;
  }

  private List<EngineRoom> able(Set<EngineId> excluded) {
    return excluded.isEmpty() || excluded.containsAll(rooms.keySet())
        ? ordered
        : ordered.stream().filter(room -> !excluded.contains(room.engine())).toList();
  }

  /// What is said of an engine with an uncertain cache may be as little as a beginning that the program
  /// shares with others.
  private int cachedTokens(Waiting waiting, EngineRoom room, HeldPrompt prompt) {
    boolean mayHaveAll =
        !uncertain.isEmpty()
            && uncertain.contains(room.engine())
            && waiting.lastEngine().filter(room.engine()::equals).isPresent();
    return mayHaveAll
        ? waiting.call().promptTokens()
        : prompt.tokens(prompt.deepest(room.number()));
  }

  /// What engines hold of a call's prompt now.
  private HeldPrompt held(Call call) {
    var prompt = held.get(call.id());
    if (prompt == null) {
      prompt = new HeldPrompt(call.prefix());
      held.put(call.id(), prompt);
    }
    prefixes.update(prompt);
    return prompt;
  }
}
