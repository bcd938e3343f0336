package dev.troupe.simulation.physics;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/// Batching with memory for all, as plainly as it can be written: each step by itself, each call
/// asked for its tokens.
final class SteppedEngine {

  private static final BigInteger PICOS_PER_NANO = BigInteger.valueOf(1000);

  private final EngineProfile profile;
  private final Queue<Sequence> waiting = new ArrayDeque<>();

  private static final class Sequence {
    private final String call;
    private final int promptTokens;
    private final int outputTokens;
    private final long arrivalNanos;
    private int computed;
    private int made;

    Sequence(String call, int promptTokens, int outputTokens, long arrivalNanos) {
      this.call = call;
      this.promptTokens = promptTokens;
      this.outputTokens = outputTokens;
      this.arrivalNanos = arrivalNanos;
    }
  }

  SteppedEngine(EngineProfile profile) {
    this.profile = profile;
  }

  void submit(String call, int promptTokens, int outputTokens, long atNanos) {
    waiting.add(new Sequence(call, promptTokens, outputTokens, atNanos));
  }

  List<String> run() {
    var ends = new ArrayList<String>();
    var running = new ArrayList<Sequence>();
    var picos = BigInteger.ZERO;
    while (!running.isEmpty() || !waiting.isEmpty()) {
      if (running.isEmpty()) {
        picos =
            picos.max(BigInteger.valueOf(waiting.element().arrivalNanos).multiply(PICOS_PER_NANO));
      }
      while (running.size() < profile.maxSequences()
          && !waiting.isEmpty()
          && waiting.element().arrivalNanos <= nanos(picos)
          && hasBudget(running)) {
        running.add(waiting.remove());
      }
      picos = picos.add(BigInteger.valueOf(step(running)));
      for (var sequence : List.copyOf(running)) {
        if (sequence.made == sequence.outputTokens) {
          running.remove(sequence);
          ends.add("end " + sequence.call + " " + nanos(picos) / 1000);
        }
      }
    }
    return ends;
  }

  private boolean hasBudget(List<Sequence> running) {
    int wanted = 0;
    for (var sequence : running) {
      wanted += sequence.made > 0 ? 1 : sequence.promptTokens - sequence.computed;
    }
    return wanted < profile.stepTokens();
  }

  private long step(List<Sequence> running) {
    int decodes = 0;
    long context = 0;
    for (var sequence : running) {
      if (sequence.made > 0) {
        decodes++;
        context += sequence.promptTokens + sequence.made;
      }
    }
    int budget = profile.stepTokens() - decodes;
    int prefilled = 0;
    long pairs = 0;
    for (var sequence : running) {
      if (sequence.made > 0) {
        sequence.made++;
        continue;
      }
      int chunk = Math.min(budget - prefilled, sequence.promptTokens - sequence.computed);
      for (int token = 0; token < chunk; token++) {
        pairs += 2L * (sequence.computed + token) + 1;
      }
      prefilled += chunk;
      sequence.computed += chunk;
      if (sequence.computed == sequence.promptTokens) {
        sequence.made = 1;
      }
    }
    return profile.stepTime().picos(prefilled, decodes, context, pairs);
  }

  private static long nanos(BigInteger picos) {
    return picos.add(BigInteger.valueOf(999)).divide(PICOS_PER_NANO).longValueExact();
  }
}
