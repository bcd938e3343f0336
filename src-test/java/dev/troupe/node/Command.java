package dev.troupe.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A program of this machine to run to its end.
///
/// @param environment in addition to the tests' own
record Command(List<String> line, Path folder, Map<String, String> environment) {

  static Command of(String... line) {
    return new Command(List.of(line), Path.of("").toAbsolutePath(), Map.of());
  }

  Command in(Path other) {
    return new Command(line, other, environment);
  }

  Command with(String name, String value) {
    var more = new HashMap<>(environment);
    more.put(name, value);
    return new Command(line, folder, Map.copyOf(more));
  }

  /// Runs it and returns the lines it says; fails with them when it does.
  List<String> run() {
    try {
      var process = start();
      var said = process.inputReader().readAllLines();
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new AssertionError(
            String.join(" ", line) + " ended with " + exitCode + ":\n" + String.join("\n", said));
      }
      return said;
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException("cannot run " + line, failed);
    }
  }

  boolean succeeds() {
    try {
      var process = start();
      process.inputReader().readAllLines();
      return process.waitFor() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private Process start() throws IOException {
    var builder = new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }
}
