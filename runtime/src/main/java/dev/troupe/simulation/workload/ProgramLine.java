package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One line of a trace as the program it describes.
///
/// A line has `id`, `kind`, `arrival_s`, `block_tokens` and `calls` in a topological order; `tenant`
/// where it is not the kind. A call has `id`, `parents`, `prompt_tokens`, `output_tokens`, and where
/// they are known `tool_wait_s` and `prefix_block_hashes`, runs `[first, count]` of the prompt's whole
/// blocks; a last block that the prompt only begins is left out. Other fields are ignored, unless they
/// are probably one of these that is missing, misspelt.
///
/// An `output_tokens` of 0 is read as 1, since an engine makes at least one token.
final class ProgramLine {

  /// Blocks of engines in tokens, as vLLM has them.
  private static final int ENGINE_BLOCK_TOKENS = 16;

  private static final String BLOCK_TOKENS =
      "a multiple of the engines' 16, and 16 where no prompt has prefix_block_hashes";

  private static final List<String> FIELDS =
      List.of("id", "kind", "tenant", "arrival_s", "block_tokens", "calls");

  private static final List<String> CALL_FIELDS =
      List.of(
          "id", "parents", "prompt_tokens", "output_tokens", "tool_wait_s", "prefix_block_hashes");

  /// An arrival may be told since 1970: until the year 2096.
  static final long LATEST_SECONDS = 4_000_000_000L;

  /// About 31 years.
  static final long LONGEST_WAIT_SECONDS = 1_000_000_000L;

  private final JsonFields fields;
  private final WaitRule waits;
  private final int blockTokens;
  private final List<JsonFields> calls = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();

  private ProgramLine(JsonNode line, WaitRule waits) throws BadLineException {
    if (!line.isObject()) {
      throw new BadLineException("not a JSON object; expected one program on each line");
    }
    this.fields = new JsonFields(line, "");
    fields.requireSpelt(FIELDS);
    this.waits = waits;
    this.blockTokens = fields.multiple("block_tokens", ENGINE_BLOCK_TOKENS, BLOCK_TOKENS);
    if (blockTokens == 0) {
      throw fields.bad("block_tokens is 0; expected " + BLOCK_TOKENS);
    }
  }

  /// @param seed for waits that are drawn
  static ProgramTrace read(JsonNode line, WaitRule waits, long seed) throws BadLineException {
    return new ProgramLine(line, waits).program(seed);
  }

  private ProgramTrace program(long seed) throws BadLineException {
    var id = fields.text("id");
    var kind = fields.text("kind");
    var tenant = fields.textOr("tenant", kind);
    long arrivalNanos = fields.nanos("arrival_s", LATEST_SECONDS);
    label(fields.array("calls", "a list of calls"));
    var traces = new ArrayList<CallTrace>(calls.size());
    var random = WaitRule.randomOf(id, seed);
    for (int position = 0; position < calls.size(); position++) {
      traces.add(call(position, random));
    }
    return new ProgramTrace(
        id, kind, tenant, arrivalNanos, blockTokens, KeptBlocks.of(blockTokens, traces));
  }

  private void label(JsonNode array) throws BadLineException {
    if (array.isEmpty()) {
      throw fields.bad("calls is empty; a program makes at least one, so leave this line out");
    }
    for (var object : array) {
      var call = new JsonFields(object, "call at position " + calls.size() + ": ");
      if (!object.isObject()) {
        throw call.bad("not a JSON object; expected one for each call");
      }
      var label = call.label(call.required("id", JsonFields.LABEL), "id");
      if (positions.putIfAbsent(label, calls.size()) != null) {
        throw fields.bad("call " + label + " is there twice; give each call an id of its own");
      }
      labels.add(label);
      calls.add(new JsonFields(object, "call " + label + ": "));
    }
  }

  private CallTrace call(int position, RandomGenerator random) throws BadLineException {
    var call = calls.get(position);
    call.requireSpelt(CALL_FIELDS);
    var parents = parents(position);
    int promptTokens = call.count("prompt_tokens");
    int outputTokens = Math.max(1, call.count("output_tokens"));
    var prompt = prompt(call, promptTokens);
    long waitNanos =
        waits.waitNanos(
            !parents.isEmpty(), call.nanosIfKnown("tool_wait_s", LONGEST_WAIT_SECONDS), random);
    return new CallTrace(parents, promptTokens, outputTokens, prompt, prompt, waitNanos);
  }

  private List<Integer> parents(int position) throws BadLineException {
    var parents = new ArrayList<Integer>();
    for (int parent : namedParents(position)) {
      if (parent >= position) {
        var relation =
            dependsOn(parent, position)
                ? " makes a cycle; a call can only need calls that do not need it"
                : " comes later; list calls after their parents";
        throw calls.get(position).bad("parent " + labels.get(parent) + relation);
      }
      if (!parents.contains(parent)) {
        parents.add(parent);
      }
    }
    return parents;
  }

  private List<Integer> namedParents(int position) throws BadLineException {
    var call = calls.get(position);
    var parents = new ArrayList<Integer>();
    for (var label : call.array("parents", "a list of ids of calls, which may be empty")) {
      var name = call.label(label, "a parent");
      var parent = positions.get(name);
      if (parent == null) {
        throw call.bad("parent " + name + " does not exist; name calls of the same program");
      }
      parents.add(parent);
    }
    return parents;
  }

  /// Whether a call is another, or needs its result, however far away.
  private boolean dependsOn(int position, int other) throws BadLineException {
    var reached = new boolean[calls.size()];
    var open = new ArrayList<>(List.of(position));
    while (!open.isEmpty()) {
      int next = open.removeLast();
      if (next == other) {
        return true;
      }
      if (!reached[next]) {
        reached[next] = true;
        open.addAll(namedParents(next));
      }
    }
    return false;
  }

  private BlockRuns prompt(JsonFields call, int promptTokens) throws BadLineException {
    if (call.isAbsent("prefix_block_hashes")) {
      return BlockRuns.NONE;
    }
    var runs = call.array("prefix_block_hashes", "a list of runs [first, count]");
    var firsts = new long[runs.size()];
    var counts = new int[runs.size()];
    int whole = promptTokens / blockTokens;
    // Where a length is an estimate, the last block may be begun only: public traces have such
    // calls.
    int left = promptTokens % blockTokens == 0 ? whole : whole + 1;
    for (int run = 0; run < firsts.length; run++) {
      var pair = runs.path(run);
      if (pair.size() != 2 || !pair.path(0).canConvertToLong() || !isWhole(pair)) {
        throw call.bad(
            "a run of prefix_block_hashes is not [first, count], two whole numbers of 64 bits: "
                + pair);
      }
      if (!pair.path(1).canConvertToLong() || pair.path(1).longValue() < 1) {
        throw call.bad(
            "a run of prefix_block_hashes has a count below 1: " + pair + "; leave it out");
      }
      if (pair.path(1).longValue() > left) {
        throw call.bad(
            ("prefix_block_hashes has more blocks than the prompt fills: %d tokens begin %d blocks of"
                    + " %d; correct prompt_tokens or block_tokens")
                .formatted(promptTokens, Math.ceilDiv(promptTokens, blockTokens), blockTokens));
      }
      firsts[run] = pair.path(0).longValue();
      counts[run] = pair.path(1).intValue();
      left -= counts[run];
    }
    return new BlockRuns(firsts, counts).beginning(whole);
  }

  private static boolean isWhole(JsonNode pair) {
    return pair.path(0).isIntegralNumber() && pair.path(1).isIntegralNumber();
  }
}
