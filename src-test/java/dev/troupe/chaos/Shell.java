package dev.troupe.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Short commands of the system.
final class Shell {

  private Shell() {}

  /// What became of a command.
  record Result(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  /// Runs a command to its end.
  ///
  /// @throws IllegalStateException when it fails, with what it said
  static void run(String... command) {
    var result = attempt(command);
    if (!result.succeeded()) {
      throw new IllegalStateException(
          String.join(" ", command) + " ended with " + result.exitCode() + ": " + result.output());
    }
  }

  /// Runs a command to its end, whatever that is.
  static Result attempt(String... command) {
    try {
      var process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      var output = String.join("\n", process.inputReader().readAllLines());
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      // There is no such command.
      return new Result(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException("stopped", e));
    }
  }
}
