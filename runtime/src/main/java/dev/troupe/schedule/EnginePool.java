package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.schedule.Placement.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The engines of a pool as their scheduler knows them: what they have offered and not been sent
/// yet, how full they are, and what their KV caches hold.
final class EnginePool {

  private final Map<EngineId, Room> rooms = new TreeMap<>(Comparator.comparing(EngineId::value));
  private final PrefixDirectory prefixes = new PrefixDirectory();

  /// @param spare offered and not spent
  /// @param inFlight calls on it: as it last said, and those sent since
  /// @param engineWaiting calls waiting in the engine itself, as it last said
  record Room(EngineId engine, Credit spare, int inFlight, int engineWaiting) {

    boolean fits(Call call) {
      return spare.fits(call.kvTokens(), inFlight);
    }
  }

  void offered(EngineId engine, Credit more, int inFlight, int engineWaiting) {
    var room = rooms.get(engine);
    var spare = room == null ? more : room.spare().plus(more);
    rooms.put(engine, new Room(engine, spare, inFlight, engineWaiting));
  }

  void retracted(EngineId engine) {
    rooms.remove(engine);
  }

  void removed(EngineId engine) {
    rooms.remove(engine);
    prefixes.removed(engine);
  }

  void resident(EngineId engine, Collection<Long> gained, Collection<Long> lost) {
    prefixes.lost(engine, lost);
    prefixes.gained(engine, gained);
  }

  void sent(EngineId engine, Call call) {
    var room = rooms.get(engine);
    if (room == null || !room.fits(call)) {
      throw new IllegalStateException("no room on " + engine + " for " + call.id());
    }
    var left = room.spare().minus(call.kvTokens());
    rooms.put(engine, new Room(engine, left, room.inFlight() + 1, room.engineWaiting()));
  }

  /// A call sent there did not stay. Its credit remains spent.
  void returned(EngineId engine) {
    var room = rooms.get(engine);
    if (room != null) {
      int inFlight = Math.max(0, room.inFlight() - 1);
      rooms.put(engine, new Room(engine, room.spare(), inFlight, room.engineWaiting()));
    }
  }

  boolean hasSlots() {
    return rooms.values().stream().anyMatch(room -> room.spare().slots() > 0);
  }

  /// The engines that have offered since they were last retracted, ordered by name.
  List<Room> rooms() {
    return List.copyOf(rooms.values());
  }

  /// The engines that may serve a call. One that failed it before is among them only when no other
  /// engine is there.
  ///
  /// @param kept has no room for this call, whatever it has offered
  List<Candidate> candidates(Waiting waiting, Optional<EngineId> kept) {
    var tokens = prefixes.tokens(waiting.call().prefix(), rooms.keySet());
    boolean allExcluded = waiting.excluded().containsAll(rooms.keySet());
    var candidates = new ArrayList<Candidate>(rooms.size());
    for (var room : rooms.values()) {
      if (allExcluded || !waiting.excluded().contains(room.engine())) {
        boolean isKept = kept.filter(room.engine()::equals).isPresent();
        candidates.add(
            new Candidate(
                room.engine(),
                room.fits(waiting.call()) && !isKept,
                room.inFlight(),
                room.engineWaiting(),
                tokens.getOrDefault(room.engine(), 0)));
      }
    }
    return candidates;
  }
}
