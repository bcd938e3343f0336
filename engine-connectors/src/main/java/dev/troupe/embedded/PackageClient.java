package dev.troupe.embedded;

import dev.troupe.embedded.PinnedPackage.Wheel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Fetches packages with the ordinary package client, pip, and its own checksum control.
///
/// Blocks the thread that starts the node: there is nothing else for it to do.
///
/// @param platform what the packages are to run on, as [PinnedPackage] names it
record PackageClient(PythonInterpreter python, String platform) {

  private static final long LOOK_MILLIS = 200;

  /// Downloads a package of exactly that content.
  ///
  /// @param staging an empty folder for this download alone
  /// @return the wheel
  Path download(PinnedPackage wanted, Path staging, Progress progress) {
    long totalBytes = wheel(wanted).bytes();
    var what = "fetching " + wanted.name() + " " + wanted.version();
    var output = staging.resolve("pip.log");
    try {
      var process = start(wanted, staging, output);
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.advanced(what, Math.min(totalBytes, wheelBytes(staging)), totalBytes);
      }
      if (process.exitValue() != 0) {
        throw new EmbeddedEngineException(
            complaint(wanted, Files.readString(output), process.exitValue()));
      }
      progress.finished(what);
      return downloaded(staging)
          .orElseThrow(() -> new EmbeddedEngineException("pip left no file of " + wanted.name()));
    } catch (IOException failure) {
      throw new EmbeddedEngineException("cannot fetch " + wanted.name() + ": " + failure, failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedEngineException("interrupted while fetching", interrupted);
    }
  }

  private Wheel wheel(PinnedPackage wanted) {
    return wanted
        .wheelFor(platform)
        .orElseThrow(() ->
            new EmbeddedEngineException(
                "The embedded engine is not made for "
                    + platform
                    + ". Set troupe.embedded-engine.enabled = off and point Troupe at an"
                    + " engine of yours"));
  }

  private Process start(PinnedPackage wanted, Path staging, Path output) throws IOException {
    var requirements =
        Files.writeString(staging.resolve("requirements.txt"), wanted.requirement() + "\n");
    var unpacking = Files.createDirectory(staging.resolve("unfinished"));
    var builder =
        new ProcessBuilder(
            python.executable().toString(),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "download",
            "--no-deps",
            "--no-cache-dir",
            "--only-binary=:all:",
            "--require-hashes",
            "--retries=2",
            "--progress-bar=off",
            "--dest=" + staging.resolve("wheel"),
            "--requirement=" + requirements);
    // Where pip puts what it has so far: the only place to see how far it is.
    builder.environment().put("TMPDIR", unpacking.toString());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    var process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static String complaint(PinnedPackage wanted, String output, int exitCode) {
    var name = wanted.name() + " " + wanted.version();
    if (output.contains("No module named pip")) {
      return "The embedded engine is fetched with pip, which this Python lacks: on Debian or Ubuntu"
          + " `apt install python3-pip`, on Fedora `dnf install python3-pip`, elsewhere"
          + " `python3 -m ensurepip --user`";
    }
    if (output.contains("DO NOT MATCH THE HASHES")) {
      return "The registry's " + name + " is not the pinned one (its checksum differs): not used";
    }
    if (output.contains("onnection") || output.contains("name resolution")) {
      return "Cannot reach the Python package registry to fetch "
          + name
          + ": go online once, or set pip's index to one you can reach";
    }
    return "pip cannot fetch " + name + " (exit code " + exitCode + "): " + lastLine(output);
  }

  private static String lastLine(String output) {
    return output.lines().filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("");
  }

  private static Optional<Path> downloaded(Path staging) throws IOException {
    try (Stream<Path> files = Files.list(staging.resolve("wheel"))) {
      return files.filter(file -> file.toString().endsWith(".whl")).findFirst();
    }
  }

  private static long wheelBytes(Path staging) {
    try (Stream<Path> files = Files.walk(staging)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException _) {
      // Files come and go under pip's hands; the next look sees more.
      return 0;
    }
  }
}
