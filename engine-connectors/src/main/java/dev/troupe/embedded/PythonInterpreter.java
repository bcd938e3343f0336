package dev.troupe.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The Python that runs the package client and the engine's server.
record PythonInterpreter(Path executable) {

  private static final int OLDEST_MINOR = 10;

  private static final List<String> NAMES =
      List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10");

  /// Finds one that is new enough.
  ///
  /// @param configured the one to use, when the configuration names one
  /// @param searchPath folders as in the environment variable `PATH`
  static PythonInterpreter find(Optional<Path> configured, String searchPath) {
    var candidates = configured.map(Stream::of).orElseGet(() -> onPath(searchPath)).toList();
    for (var candidate : candidates) {
      if (isNewEnough(candidate)) {
        return new PythonInterpreter(candidate);
      }
    }
    throw new EmbeddedEngineException(
        "The embedded engine needs Python 3."
            + OLDEST_MINOR
            + " or later with pip"
            + (candidates.isEmpty() ? "" : ", and " + candidates.getFirst() + " is none")
            + ": on Debian or Ubuntu `apt install python3 python3-pip`, on Fedora `dnf install"
            + " python3 python3-pip`, on macOS `brew install python`."
            + " Or set troupe.embedded-engine.enabled = off and point Troupe at an engine of yours");
  }

  private static Stream<Path> onPath(String searchPath) {
    return Stream.of(searchPath.split(":"))
        .filter(folder -> !folder.isBlank())
        .map(Path::of)
        .flatMap(folder -> NAMES.stream().map(folder::resolve))
        .filter(Files::isExecutable);
  }

  private static boolean isNewEnough(Path candidate) {
    var question = "import sys; print(sys.version_info[0] * 1000 + sys.version_info[1])";
    try {
      var process =
          new ProcessBuilder(candidate.toString(), "-I", "-S", "-c", question)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 && Integer.parseInt(answer.strip()) >= 3000 + OLDEST_MINOR;
    } catch (IOException | NumberFormatException _) {
      // A file of that name that is no Python is as good as none.
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedEngineException("interrupted while looking for Python", interrupted);
    }
  }
}
