package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Distribution.LogNormal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A search through a tree of thoughts: rounds of five expansions of one node at once, an evaluation of
/// each once a Wikipedia step has answered, and one call that joins them for the way back up.
///
/// LATS on HotpotQA: 159.71 calls, about 400 at most, of 467.24 tokens in and 72.64 out
/// ([Autellix](https://arxiv.org/abs/2502.13965), Fig. 11); five children and depth 7 are those of
/// [LATS](https://arxiv.org/abs/2310.04406), the waits [ToolWaits#WIKIPEDIA]. The prefill per call is
/// read as what a prompt adds to the call it continues. The deviations, and the choice of the node,
/// are ours: the newest or any other, evenly.
record TreeSearch() implements ProgramKind {

  private static final int CHILDREN = 5;
  private static final int CALLS_OF_A_ROUND = 2 * CHILDREN + 1;
  private static final int MOST_ROUNDS = 400 / CALLS_OF_A_ROUND;
  private static final int DEEPEST = 7;
  private static final int SYSTEM_TOKENS = 256;
  private static final double ADDED = 467.24;

  private static final Distribution ROUNDS = new LogNormal(159.71 / CALLS_OF_A_ROUND, 7);
  private static final Distribution QUESTION = new LogNormal(ADDED - SYSTEM_TOKENS, 60);
  private static final Distribution SUMMARY = new LogNormal(ADDED, 200);
  private static final Distribution HALF = new LogNormal(ADDED / 2, 120);
  private static final Distribution OUTPUT = new LogNormal(72.64, 50);

  private record Node(Passage text, int depth) {}

  @Override
  public String label() {
    return "search";
  }

  @Override
  public int systemTokens() {
    return SYSTEM_TOKENS;
  }

  @Override
  public void write(Draft draft) {
    int rounds = Math.min(MOST_ROUNDS, draft.draw(ROUNDS));
    var root = draft.longer(draft.system(), draft.draw(QUESTION));
    var open = new ArrayList<Node>();
    List<Integer> needed = List.of();
    var node = new Node(root, 0);
    var prompt = root;
    for (int round = 0; round < rounds; round++) {
      var evaluations = round(draft, node, prompt, needed, open);
      int best = evaluations.get(draft.random().nextInt(CHILDREN));
      var summary = draft.longer(draft.after(best), draft.draw(SUMMARY));
      needed = List.of(draft.call(evaluations, summary, draft.draw(OUTPUT), 0));
      node = chosen(draft, open);
      prompt = draft.longer(node.text(), draft.draw(HALF));
    }
  }

  /// Expands a node and evaluates its children, which are added to the open ones.
  private static List<Integer> round(
      Draft draft, Node node, Passage prompt, List<Integer> needed, List<Node> open) {
    var expansions =
        Stream.generate(() -> draft.call(needed, prompt, draft.draw(OUTPUT), 0))
            .limit(CHILDREN)
            .toList();
    var evaluations = new ArrayList<Integer>(CHILDREN);
    for (int expansion : expansions) {
      var observed = draft.longer(draft.after(expansion), draft.draw(HALF));
      var question = draft.longer(observed, draft.draw(HALF));
      long wait = Math.round(ToolWaits.WIKIPEDIA.draw(draft.random()));
      evaluations.add(draft.call(List.of(expansion), question, draft.draw(OUTPUT), wait));
      if (node.depth() + 1 < DEEPEST) {
        open.add(new Node(observed, node.depth() + 1));
      }
    }
    return evaluations;
  }

  private static Node chosen(Draft draft, List<Node> open) {
    var random = draft.random();
    return random.nextBoolean() ? open.getLast() : open.get(random.nextInt(open.size()));
  }
}
