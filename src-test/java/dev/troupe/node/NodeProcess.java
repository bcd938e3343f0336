package dev.troupe.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A node as a user starts it: `up`, in a process of its own.
final class NodeProcess implements AutoCloseable {

  /// Fits a test machine: short answers to few clients.
  static final String SMALL_EMBEDDED_ENGINE =
      "troupe.embedded-engine { enabled = on, threads = 1, slots = 2, context-tokens = 1024 }";

  /// Tests that a shell runs in the background ignore Ctrl-C, and so would a node that they start.
  private static final String HEARING_INTERRUPTS =
      "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
          + " os.execvp(sys.argv[1], sys.argv[1:])";

  private final Process process;
  private final String url;
  private final String model;

  private NodeProcess(Process process, String url, String model) {
    this.process = process;
    this.url = url;
    this.model = model;
  }

  /// Starts a node and reads what it says when it is ready, or up while its engines do not answer yet.
  ///
  /// @param settings of its configuration file
  static NodeProcess start(Path folder, String settings) {
    var process = launch("--port", "0", "--config", configuration(folder, settings).toString());
    var output = process.inputReader();
    var ready = TestProcess.readTo(output, "Troupe is ");
    var models =
        ready.startsWith("Troupe is ready") ? TestProcess.readTo(output, "Models: ") : "Models: . ";
    return new NodeProcess(
        process,
        ready.substring(ready.indexOf("http://")).split(",")[0].strip(),
        models.substring("Models: ".length(), models.indexOf(". ")));
  }

  private static Process launch(String... options) {
    try {
      return up(options).redirectError(Redirect.INHERIT).start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// `up`, in a process that hears Ctrl-C.
  static ProcessBuilder up(String... options) {
    var java = TestProcess.builder("-Xmx256m", Main.class.getName(), "up").command();
    var line = new ArrayList<>(List.of("python3", "-c", HEARING_INTERRUPTS));
    line.addAll(java);
    line.addAll(List.of(options));
    return new ProcessBuilder(line);
  }

  /// Writes a configuration file whose node keeps what it has in the folder.
  static Path configuration(Path folder, String settings) {
    try {
      return Files.writeString(
          folder.resolve("troupe.conf"),
          "troupe.management.port = 0\ntroupe.storage.directory = \""
              + folder
              + "\"\n"
              + settings
              + "\n");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Its address, such as `http://127.0.0.1:41237`.
  String url() {
    return url;
  }

  int port() {
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
  }

  /// The first model it names.
  String model() {
    return model.split(", ")[0];
  }

  /// The processes it has started, and theirs.
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /// What Ctrl-C sends.
  void interrupt() {
    Command.of("sh", "-c", "kill -INT " + process.pid()).run();
  }

  /// Ends it at once, as the kernel does.
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  void awaitEnd() {
    process.onExit().orTimeout(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }
}
