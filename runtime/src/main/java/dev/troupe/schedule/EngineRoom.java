package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.schedule.Placement.Candidate;

/// What one engine has offered and not been sent yet, and how full it is. Mutable, confined to its
/// [EnginePool].
final class EngineRoom {

  private final EngineId engine;
  private final int number;
  private final Pace pace;
  private Credit spare = Credit.NONE;
  private EngineLoad load = EngineLoad.IDLE;
  // Of spare and load: asked for each call that is looked at.
  private double fill;

  /// @param number of the engine in the directory of prefixes
  EngineRoom(EngineId engine, int number, Pace pace) {
    this.engine = engine;
    this.number = number;
    this.pace = pace;
  }

  EngineId engine() {
    return engine;
  }

  int number() {
    return number;
  }

  /// Offered and not spent.
  Credit spare() {
    return spare;
  }

  /// As it last said, with what was sent since.
  EngineLoad load() {
    return load;
  }

  /// Whether it has room for a call.
  boolean isOpen() {
    return spare.hasRoom();
  }

  /// Whether it has, and generates tokens quickly.
  boolean isQuick() {
    return isOpen() && pace.isQuick(load, spare);
  }

  void offered(Credit more, EngineLoad load) {
    is(spare.plus(more), load);
  }

  void sent(long kvTokens) {
    is(spare.minus(kvTokens), load.plus(kvTokens));
  }

  /// A call sent there did not stay. Its credit remains spent.
  void returned(long kvTokens) {
    is(spare, load.minus(kvTokens));
  }

  /// @param isPaced whether it is one for calls only while it is quick
  /// @param prefixTokens tokens of a call's prompt expected in its KV cache
  Candidate candidate(boolean isPaced, int prefixTokens) {
    return new Candidate(engine, isPaced ? isQuick() : isOpen(), load, fill, prefixTokens);
  }

  private void is(Credit spare, EngineLoad load) {
    this.spare = spare;
    this.load = load;
    this.fill = fill();
  }

  /// How much of what it may hold it holds, 0–1, in calls or in KV tokens, whichever is more.
  private double fill() {
    double calls = load.inFlight() / Math.max(1.0, (double) load.inFlight() + spare.slots());
    double spareTokens = Math.max(0, spare.kvTokens());
    double tokens = load.kvTokens() / Math.max(1.0, load.kvTokens() + spareTokens);
    double paced = Math.min(1, pace.fill(load, spare));
    return Math.max(calls, Math.max(tokens, paced));
  }
}
