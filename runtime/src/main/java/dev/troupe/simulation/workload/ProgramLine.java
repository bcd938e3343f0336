package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One line of a trace as the program it describes.
final class ProgramLine {

  private final JsonFields fields;
  private final WaitRule waits;

  /// Blocks of engines in tokens, as vLLM has them.
  private static final int ENGINE_BLOCK_TOKENS = 16;

  private final int blockTokens;
  private final List<JsonFields> calls = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();

  private ProgramLine(JsonNode line, WaitRule waits) throws BadLineException {
    if (!line.isObject()) {
      throw new BadLineException("not a JSON object");
    }
    this.fields = new JsonFields(line, "");
    this.waits = waits;
    this.blockTokens = fields.count("block_tokens");
    if (blockTokens < 1) {
      throw fields.bad("block_tokens is less than 1");
    }
    if (blockTokens % ENGINE_BLOCK_TOKENS != 0) {
      throw fields.bad("block_tokens is no multiple of the engines' " + ENGINE_BLOCK_TOKENS);
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
    long arrivalNanos = fields.nanos("arrival_s");
    label(fields.array("calls"));
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
      throw fields.bad("calls is empty");
    }
    for (var object : array) {
      var call = new JsonFields(object, "call at position " + calls.size() + ": ");
      if (!object.isObject()) {
        throw call.bad("not a JSON object");
      }
      var label = call.label(call.required("id"), "id");
      if (positions.putIfAbsent(label, calls.size()) != null) {
        throw fields.bad("call " + label + " is there twice");
      }
      labels.add(label);
      calls.add(new JsonFields(object, "call " + label + ": "));
    }
  }

  private CallTrace call(int position, RandomGenerator random) throws BadLineException {
    var call = calls.get(position);
    var parents = parents(position);
    int promptTokens = call.count("prompt_tokens");
    int outputTokens = Math.max(1, call.count("output_tokens"));
    var prompt = prompt(call, promptTokens);
    long waitNanos = waits.waitNanos(!parents.isEmpty(), call.nanosIfKnown("tool_wait_s"), random);
    return new CallTrace(parents, promptTokens, outputTokens, prompt, prompt, waitNanos);
  }

  private List<Integer> parents(int position) throws BadLineException {
    var parents = new ArrayList<Integer>();
    for (int parent : namedParents(position)) {
      if (parent >= position) {
        var relation = dependsOn(parent, position) ? " makes a cycle" : " comes later";
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
    for (var label : call.array("parents")) {
      var name = call.label(label, "a parent");
      var parent = positions.get(name);
      if (parent == null) {
        throw call.bad("parent " + name + " does not exist");
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
    var runs = call.array("prefix_block_hashes");
    var firsts = new long[runs.size()];
    var counts = new int[runs.size()];
    int whole = promptTokens / blockTokens;
    // Where a length is an estimate, the last block may be begun only: public traces have such
    // calls.
    int left = promptTokens % blockTokens == 0 ? whole : whole + 1;
    for (int run = 0; run < firsts.length; run++) {
      var pair = runs.path(run);
      if (pair.size() != 2 || !pair.path(0).canConvertToLong() || !isWhole(pair)) {
        throw call.bad("a run of prefix_block_hashes is not [first, count]: " + pair);
      }
      if (!pair.path(1).canConvertToLong() || pair.path(1).longValue() < 1) {
        throw call.bad("a run of prefix_block_hashes has a count below 1: " + pair);
      }
      if (pair.path(1).longValue() > left) {
        throw call.bad("prefix_block_hashes has more blocks than the prompt fills");
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
