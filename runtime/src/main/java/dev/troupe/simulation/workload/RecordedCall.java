package dev.troupe.simulation.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.program.PrefixChain;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// One line of a node's recording: a call that an engine served.
///
/// @param id as the calls that need it name it
/// @param program its tenant and its id
/// @param parents ids of the calls it needs, as far as its caller said so
/// @param startNanos wall time at which it arrived
/// @param endNanos wall time at which it had its answer
/// @param prompt the beginnings of its prompt, the last of them the whole; tokens as the node estimates
record RecordedCall(
    String id,
    ProgramKey program,
    List<String> parents,
    long startNanos,
    long endNanos,
    int promptTokens,
    int outputTokens,
    PrefixChain prompt)
    implements Succession.Stretch {

  private static final int HASH_DIGITS = 16;
  private static final String PREFIX =
      "a list of at most " + PrefixChain.MAX_LENGTH + " pairs [hash, tokens]";

  RecordedCall {
    parents = List.copyOf(parents);
  }

  record ProgramKey(String tenant, String id) {}

  static RecordedCall read(JsonNode line) throws BadLineException {
    if (!line.isObject()) {
      throw new BadLineException("not a JSON object; expected one call on each line");
    }
    var id = new JsonFields(line, "").text("call");
    var fields = new JsonFields(line, "call " + id + ": ");
    long startNanos = fields.nanos("arrival_s", ProgramLine.LATEST_SECONDS);
    return new RecordedCall(
        id,
        new ProgramKey(fields.text("tenant"), fields.text("program")),
        parents(fields),
        startNanos,
        startNanos + fields.nanos("response_s", ProgramLine.LONGEST_WAIT_SECONDS),
        fields.count("prompt_tokens"),
        fields.count("output_tokens"),
        prompt(fields));
  }

  private static List<String> parents(JsonFields fields) throws BadLineException {
    var parents = new ArrayList<String>();
    for (var parent : fields.array("parents", "a list of ids of calls, which may be empty")) {
      parents.add(fields.label(parent, "a parent"));
    }
    return parents;
  }

  private static PrefixChain prompt(JsonFields fields) throws BadLineException {
    var prefix = fields.array("prefix", PREFIX);
    if (prefix.size() > PrefixChain.MAX_LENGTH) {
      throw fields.bad("prefix has " + prefix.size() + " entries; expected " + PREFIX);
    }
    var hashes = new long[prefix.size()];
    var tokens = new int[prefix.size()];
    for (int at = 0; at < hashes.length; at++) {
      var pair = prefix.get(at);
      if (pair.size() != 2 || !isHash(pair.path(0)) || !isCount(pair.path(1))) {
        throw fields.bad(
            "an entry of prefix is not [hash, tokens], a text of 16 hexadecimal digits and a whole"
                + " number, 0 or more: "
                + pair);
      }
      hashes[at] = HexFormat.fromHexDigitsToLong(pair.path(0).textValue());
      tokens[at] = pair.path(1).intValue();
    }
    return new PrefixChain(hashes, tokens);
  }

  private static boolean isCount(JsonNode number) {
    return number.isInt() && number.intValue() >= 0;
  }

  private static boolean isHash(JsonNode text) {
    return text.isTextual()
        && text.textValue().length() == HASH_DIGITS
        && text.textValue().chars().allMatch(HexFormat::isHexDigit);
  }
}
