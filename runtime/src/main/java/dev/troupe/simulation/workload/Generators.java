package dev.troupe.simulation.workload;

import dev.troupe.program.Fingerprint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Workloads that need no file, drawn from published figures.
///
/// Programs arrive as a Poisson process, one a second in the mean; [Arrivals] sets another rate. A
/// program's tenant is its kind. All programs of a kind begin with the same text, and each prompt that
/// continues a call begins with the blocks which that call keeps.
///
/// The same name, number and seed give the same workload, and a larger number begins with the
/// programs of a smaller one.
public final class Generators {

  /// @param about one line, with whose figures they are
  private record Generator(String about, List<ProgramKind> kinds) {}

  private static final Map<String, Generator> GENERATORS = new LinkedHashMap<>();

  static {
    put("chat", "Conversations; ShareGPT, by Autellix", Conversation.CHAT);
    put(
        "react",
        "An agent that calls tools; BFCL v3, by Autellix, and waits by Continuum",
        Conversation.REACT);
    put("tree-search", "Rounds of parallel calls; LATS on HotpotQA, by Autellix", new TreeSearch());
    put(
        "mixed",
        "The three above, equally likely, as Autellix mixes them",
        Conversation.CHAT,
        Conversation.REACT,
        new TreeSearch());
    put(
        "coding",
        "Long contexts between tools; vLLM AgentX, waits by Continuum; needs --oversize scale",
        new CodingSession());
    put("map-reduce", "A wide fan-out and one join, as Parrot describes", new MapReduce());
    put("uniform", "Programs that are all alike, to see what order costs", Conversation.UNIFORM);
  }

  private static void put(String name, String about, ProgramKind... kinds) {
    GENERATORS.put(name, new Generator(about, List.of(kinds)));
  }

  private Generators() {}

  /// What [#named] knows.
  public static List<String> names() {
    return List.copyOf(GENERATORS.keySet());
  }

  /// One line on a workload.
  ///
  /// @throws IllegalArgumentException if there is none of this name
  public static String about(String name) {
    return generator(name).about();
  }

  /// A generated workload.
  ///
  /// @throws IllegalArgumentException if there is none of this name, or a number below 1 is asked for
  public static Workload named(String name, int programs, long seed) {
    var kinds = generator(name).kinds();
    if (programs < 1) {
      throw new IllegalArgumentException("at least one program, not " + programs);
    }
    return new Workload(name, drawn(name, kinds, programs, seed));
  }

  private static Generator generator(String name) {
    var generator = GENERATORS.get(name);
    if (generator == null) {
      throw new IllegalArgumentException("no workload " + name + ", there are " + names());
    }
    return generator;
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
