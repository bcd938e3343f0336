package dev.troupe.simulation.workload;

import java.util.ArrayList;
import java.util.List;

/// What an engine's cache holds after each call of a program, as far as the program's prompts tell.
///
/// A trace names the blocks of prompts only. The blocks that an output fills have names where a later
/// prompt continues prompt and output: it begins with all blocks of the call's prompt and is at least
/// as long as prompt and output. The first child that does so names them, else the first later call
/// that does. A prompt without a whole block shows no continuation.
///
/// Compares runs, not blocks. A call that a child continues costs its children; any other is compared
/// with the calls behind it.
final class KeptBlocks {

  private final int blockTokens;
  private final List<CallTrace> calls;
  private final List<List<Integer>> children;

  private KeptBlocks(int blockTokens, List<CallTrace> calls) {
    this.blockTokens = blockTokens;
    this.calls = calls;
    this.children = new ArrayList<>(calls.size());
    for (int call = 0; call < calls.size(); call++) {
      children.add(new ArrayList<>(1));
      for (int parent : calls.get(call).parents()) {
        children.get(parent).add(call);
      }
    }
  }

  /// The same calls with the blocks that remain of each.
  static List<CallTrace> of(int blockTokens, List<CallTrace> calls) {
    var kept = new KeptBlocks(blockTokens, calls);
    var found = new ArrayList<CallTrace>(calls.size());
    for (int call = 0; call < calls.size(); call++) {
      found.add(calls.get(call).keeping(kept.after(call)));
    }
    return found;
  }

  private BlockRuns after(int position) {
    var call = calls.get(position);
    if (call.prompt().length() == 0) {
      return call.prompt();
    }
    for (int child : children.get(position)) {
      if (continues(call, calls.get(child))) {
        return namedBy(call, calls.get(child));
      }
    }
    for (int later = position + 1; later < calls.size(); later++) {
      if (continues(call, calls.get(later))) {
        return namedBy(call, calls.get(later));
      }
    }
    return call.prompt();
  }

  private static boolean continues(CallTrace call, CallTrace later) {
    return later.promptTokens() >= tokens(call) && call.prompt().isBeginningOf(later.prompt());
  }

  private BlockRuns namedBy(CallTrace call, CallTrace later) {
    return later.prompt().beginning((int) (tokens(call) / blockTokens));
  }

  private static long tokens(CallTrace call) {
    return (long) call.promptTokens() + call.outputTokens();
  }
}
