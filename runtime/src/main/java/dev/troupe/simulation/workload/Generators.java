package dev.troupe.simulation.workload;

import dev.troupe.program.Fingerprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Workloads that need no file, drawn from published figures.
///
/// | name | programs | figures from |
/// |---|---|---|
/// | `chat` | conversations | ShareGPT, by Autellix |
/// | `react` | an agent that calls tools | BFCL v3, by Autellix; waits by Continuum |
/// | `tree-search` | rounds of parallel calls | LATS on HotpotQA, by Autellix |
/// | `mixed` | the three above, equally likely | Autellix |
/// | `coding` | long contexts between tools | vLLM AgentX; waits by Continuum |
/// | `map-reduce` | wide fan-out, one join | shape by Parrot |
/// | `uniform` | all of one length | none |
///
/// Programs arrive as a Poisson process, one a second in the mean; [Arrivals] sets another rate. A
/// program's tenant is its kind. All programs of a kind begin with the same text, and each prompt that
/// continues a call begins with the blocks which that call keeps.
///
/// The same name, number and seed give the same workload, and a larger number begins with the
/// programs of a smaller one.
public final class Generators {

  private static final Map<String, List<ProgramKind>> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("chat", List.of(Conversation.CHAT));
    KINDS.put("react", List.of(Conversation.REACT));
    KINDS.put("tree-search", List.of(new TreeSearch()));
    KINDS.put("mixed", List.of(Conversation.CHAT, Conversation.REACT, new TreeSearch()));
    KINDS.put("coding", List.of(new CodingSession()));
    KINDS.put("map-reduce", List.of(new MapReduce()));
    KINDS.put("uniform", List.of(Conversation.UNIFORM));
  }

  private Generators() {}

  /// What [#named] knows.
  public static List<String> names() {
    return List.copyOf(KINDS.keySet());
  }

  /// A generated workload.
  ///
  /// @throws IllegalArgumentException if there is none of this name, or a number below 1 is asked for
  public static Workload named(String name, int programs, long seed) {
    var kinds = KINDS.get(name);
    if (kinds == null) {
      throw new IllegalArgumentException("no workload " + name + ", there are " + names());
    }
    if (programs < 1) {
      throw new IllegalArgumentException("at least one program, not " + programs);
    }
    return new Workload(name, drawn(name, kinds, programs, seed));
  }

  private static List<ProgramTrace> drawn(
      String name, List<ProgramKind> kinds, int programs, long seed) {
    var names = new BlockNames(0);
    var systems =
        kinds.stream().map(kind -> Passage.EMPTY.then(kind.systemTokens(), names)).toList();
    var arrivals = Arrivals.poisson(programs, new SplittableRandom(Fingerprint.chain(seed, -1)));
    var traces = new ArrayList<ProgramTrace>(programs);
    for (int program = 0; program < programs; program++) {
      var random = new SplittableRandom(Fingerprint.chain(seed, program));
      int drawn = random.nextInt(kinds.size());
      var label = kinds.get(drawn).label();
      var draft = new Draft(systems.get(drawn), names, random);
      kinds.get(drawn).write(draft);
      traces.add(
          new ProgramTrace(
              name + "-" + program,
              label,
              label,
              arrivals[program],
              Passage.BLOCK_TOKENS,
              draft.calls()));
    }
    return traces;
  }
}
