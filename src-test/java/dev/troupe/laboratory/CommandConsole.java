package dev.troupe.laboratory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/// Types `simulate` commands over a [TestBench], and keeps what they print.
final class CommandConsole {

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  /// @return the exit code
  int simulate(String... arguments) {
    return SimulateCommand.commandLine(new TestBench())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }

  String out() {
    return out.toString();
  }

  String errors() {
    return errors.toString();
  }

  /// What was printed with `--json`, a line each.
  List<JsonNode> objects() throws IOException {
    var objects = new ArrayList<JsonNode>();
    for (var line : out().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }
}
