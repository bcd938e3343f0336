package dev.troupe.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Java processes with the class path of the tests.
final class TestProcess {

  /// Such a process lives for seconds: what a better compiler and collector cost at the start never
  /// comes back, and it takes half the processor time without them.
  static final List<String> SHORT_LIVED = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private TestProcess() {}

  /// Its errors go where the tests' own output goes.
  static Process java(String... options) {
    try {
      return builder(options).redirectError(Redirect.INHERIT).start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static ProcessBuilder builder(String... options) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(SHORT_LIVED);
    command.addAll(List.of(options));
    return new ProcessBuilder(command);
  }

  /// Reads lines until one begins so.
  static String readTo(BufferedReader output, String prefix) {
    try {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(prefix)) {
          return line;
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    throw new IllegalStateException("the process ended and did not say: " + prefix);
  }
}
