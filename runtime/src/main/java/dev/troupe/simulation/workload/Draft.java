package dev.troupe.simulation.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A program that is being generated, call by call.
final class Draft {

  private final Passage system;
  private final BlockNames names;
  private final RandomGenerator random;
  private final List<CallTrace> calls = new ArrayList<>();
  private final List<Passage> afterwards = new ArrayList<>();

  /// @param system what every program of this kind begins its prompts with
  Draft(Passage system, BlockNames names, RandomGenerator random) {
    this.system = system;
    this.names = names;
    this.random = random;
  }

  Passage system() {
    return system;
  }

  RandomGenerator random() {
    return random;
  }

  /// A whole number of at least 1.
  int draw(Distribution distribution) {
    return (int) Math.clamp(Math.round(distribution.draw(random)), 1, 1 << 24);
  }

  /// A text and so many new tokens behind it.
  Passage longer(Passage text, int tokens) {
    return text.then(tokens, names);
  }

  /// Adds a call and returns its position.
  int call(List<Integer> parents, Passage prompt, int outputTokens, long waitNanos) {
    var after = longer(prompt, outputTokens);
    calls.add(
        new CallTrace(
            parents, prompt.tokens(), outputTokens, prompt.blocks(), after.blocks(), waitNanos));
    afterwards.add(after);
    return calls.size() - 1;
  }

  /// The prompt and the output of a call.
  Passage after(int call) {
    return afterwards.get(call);
  }

  /// What has been added so far.
  List<CallTrace> calls() {
    return List.copyOf(calls);
  }
}
