package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Distribution.LogNormal;
import java.util.List;

/// A coding agent at work: a context that grows from call to call, fast while it reads itself in and
/// slower later, between calls of tools.
///
/// vLLM AgentX: medians of 43 turns a session, 142 thousand tokens in and 444 out, more than 96% of
/// them in the prefix cache (quoted in vllm-project/vllm, issue 57103); waits of
/// [ToolWaits#SOFTWARE_AGENT]. A context that grows with the root of the turns from 25 to 190 thousand
/// tokens has that median; it, the deviations and the limits are ours. Sub-agents are left out.
record CodingSession() implements ProgramKind {

  private static final int MOST_TURNS = 160;
  private static final int SYSTEM_TOKENS = 15_000;
  private static final int LEAST_ADDED = 32;
  private static final int MOST_OUTPUT = 8192;
  private static final Distribution TURNS = LogNormal.ofMedian(43, 0.8);
  private static final Distribution OUTPUT = LogNormal.ofMedian(444, 1.2);

  @Override
  public String label() {
    return "coding";
  }

  @Override
  public int systemTokens() {
    return SYSTEM_TOKENS;
  }

  @Override
  public void write(Draft draft) {
    int turns = Math.min(MOST_TURNS, draft.draw(TURNS));
    int start = draft.random().nextInt(20_000, 30_001);
    int end = draft.random().nextInt(180_000, 200_001);
    var text = draft.longer(draft.system(), start - SYSTEM_TOKENS);
    int last = draft.call(List.of(), text, output(draft), 0);
    for (int turn = 1; turn < turns; turn++) {
      var before = draft.after(last);
      double grown = start + (end - start) * StrictMath.sqrt((double) turn / (turns - 1));
      int added = Math.max(LEAST_ADDED, (int) grown - before.tokens());
      long wait = Math.round(ToolWaits.SOFTWARE_AGENT.draw(draft.random()));
      last = draft.call(List.of(last), draft.longer(before, added), output(draft), wait);
    }
  }

  private static int output(Draft draft) {
    return Math.min(MOST_OUTPUT, draft.draw(OUTPUT));
  }
}
