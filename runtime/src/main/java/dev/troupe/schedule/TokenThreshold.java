package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Program;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// Short calls to the engine that is used least; the long calls of a program to the one engine it is
/// pinned to, which is the least used when its first long call comes.
///
/// Luo et al., [Autellix](https://arxiv.org/abs/2502.13965), algorithm 2, with its 2048 tokens. Where
/// we differ: a call waits for its pinned engine here, not in that engine's queue, and after a bounded
/// time moves to another engine, and the pin with it. A removed engine clears its pins. The rule that
/// chose is told apart as `small-call`, `pin` and `pinned`, so that the counts of the paper's
/// statistics can be read from the counts by rule.
final class TokenThreshold implements Placement {

  static final String SMALL_CALL = "small-call";
  static final String PIN = "pin";
  static final String PINNED = "pinned";

  private static final int MOST_PINS = 100_000;

  private final int thresholdTokens;
  private final long longestHoldNanos;

  /// In the order of use: when there are too many, the program that called longest ago loses its pin.
  private final LinkedHashMap<Program.Id, EngineId> pins = new LinkedHashMap<>(16, 0.75f, true);

  /// @param thresholdTokens the longest prompt that counts as small
  /// @param longestHoldNanos how long a call waits for its engine before any other will do
  TokenThreshold(int thresholdTokens, long longestHoldNanos) {
    this.thresholdTokens = thresholdTokens;
    this.longestHoldNanos = longestHoldNanos;
  }

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    var leastUsed =
        candidates.stream()
            .filter(Candidate::hasRoom)
            .min(Comparator.comparingInt(Candidate::inFlight));
    if (leastUsed.isEmpty()) {
      return new Choice.None();
    }
    if (waiting.call().promptTokens() <= thresholdTokens) {
      return leastUsed.get().chosenBy(SMALL_CALL);
    }
    var program = waiting.call().program();
    var pinned = pins.get(program);
    return candidates.stream()
        .filter(candidate -> candidate.engine().equals(pinned))
        .findFirst()
        .<Choice>map(this::toPinned)
        .orElseGet(() -> pin(program, leastUsed.get()));
  }

  @Override
  public void removed(EngineId engine) {
    pins.values().removeIf(engine::equals);
  }

  private Choice toPinned(Candidate candidate) {
    return candidate.hasRoom()
        ? candidate.chosenBy(PINNED)
        : new Choice.Hold(candidate.engine(), longestHoldNanos);
  }

  private Choice pin(Program.Id program, Candidate candidate) {
    pins.put(program, candidate.engine());
    if (pins.size() > MOST_PINS) {
      pins.pollFirstEntry();
    }
    return candidate.chosenBy(PIN);
  }
}
