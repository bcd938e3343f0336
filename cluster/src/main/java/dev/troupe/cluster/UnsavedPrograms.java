package dev.troupe.cluster;

import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Programs on their way to storage, oldest first: one entry for each, the latest.
///
/// An entry stays until it is known to be written, so that whoever asks finds it. Bounded: beyond the
/// limit the oldest gives way. Confined to one thread; every method takes O(1), a batch O(its size).
final class UnsavedPrograms {

  /// @param program as it was at `savedNanos`
  /// @param savedNanos monotonic time
  record Unsaved(ProgramView program, long savedNanos) {

    ProgramView asOf(long nowNanos) {
      return program.later(nowNanos - savedNanos);
    }
  }

  private final Map<Program.Id, Unsaved> waiting = new LinkedHashMap<>();
  private final int limit;
  private Map<Program.Id, Unsaved> beingWritten = Map.of();
  private boolean writing;
  private long dropped;

  UnsavedPrograms(int limit) {
    this.limit = limit;
  }

  void put(ProgramView program, long nowNanos) {
    // Taken out first: a program that changes all the time is not the oldest.
    var before = Optional.ofNullable(waiting.remove(program.id()));
    waiting.put(program.id(), new Unsaved(atLeast(before, program), nowNanos));
    dropBeyondLimit();
  }

  Optional<Unsaved> find(Program.Id program) {
    return Optional.ofNullable(waiting.get(program))
        .or(() -> Optional.ofNullable(beingWritten.get(program)));
  }

  /// Begins to write the oldest ones. Ends by [#written] or [#notWritten].
  List<Unsaved> beginBatch(int maxBatch) {
    var batch = new LinkedHashMap<Program.Id, Unsaved>();
    for (var entries = waiting.entrySet().iterator();
        entries.hasNext() && batch.size() < maxBatch; ) {
      var entry = entries.next();
      batch.put(entry.getKey(), entry.getValue());
      entries.remove();
    }
    beingWritten = batch;
    writing = true;
    return List.copyOf(batch.values());
  }

  void written() {
    beingWritten = Map.of();
    writing = false;
  }

  /// The batch waits again, ahead of the others; what is newer than it stays.
  void notWritten() {
    var newer = new ArrayList<>(waiting.values());
    waiting.clear();
    waiting.putAll(beingWritten);
    written();
    newer.forEach(unsaved -> put(unsaved.program(), unsaved.savedNanos()));
    dropBeyondLimit();
  }

  int size() {
    return waiting.size() + beingWritten.size();
  }

  /// Whether a batch has begun and not ended; it may be an empty one.
  boolean isWriting() {
    return writing;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /// Programs given up since the start.
  long dropped() {
    return dropped;
  }

  private static ProgramView atLeast(Optional<Unsaved> before, ProgramView program) {
    return before
        .map(unsaved -> program.withStanding(program.standing().max(unsaved.program().standing())))
        .orElse(program);
  }

  private void dropBeyondLimit() {
    for (var oldest = waiting.values().iterator(); size() > limit && oldest.hasNext(); ) {
      oldest.next();
      oldest.remove();
      dropped++;
    }
  }
}
