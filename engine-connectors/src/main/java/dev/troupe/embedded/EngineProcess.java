package dev.troupe.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// The engine's server as a child process.
///
/// The child reads a pipe that only this process holds open: it ends when this process does, even
/// when that is killed.
final class EngineProcess {

  /// Says that the server or its model cannot be loaded, so that starting again is no use.
  static final int CANNOT_LOAD = 3;

  private final Process process;

  private EngineProcess(Process process) {
    this.process = process;
  }

  /// How to start the server.
  ///
  /// @param alias what clients call the model
  /// @param port on the loopback interface
  /// @param log where its output is appended
  record Launch(
      EngineFiles files,
      String alias,
      int port,
      int slots,
      int contextTokens,
      int threads,
      int promptCacheMebibytes,
      Path log) {

    URI url() {
      return URI.create("http://127.0.0.1:" + port);
    }

    List<String> command() {
      var command = new ArrayList<String>();
      command.add(files.python().executable().toString());
      command.addAll(List.of("-I", "-B", files.script().toString()));
      command.addAll(List.of("--library", files.library().toString()));
      command.addAll(List.of("--model", files.model().toString()));
      command.addAll(List.of("--alias", alias));
      files
          .chatTemplate()
          .ifPresent(template -> command.addAll(List.of("--chat-template", template.toString())));
      command.addAll(List.of("--port", Integer.toString(port)));
      command.addAll(List.of("--slots", Integer.toString(slots)));
      command.addAll(List.of("--context-tokens", Integer.toString(contextTokens)));
      command.addAll(List.of("--threads", Integer.toString(threads)));
      command.addAll(List.of("--prompt-cache-mebibytes", Integer.toString(promptCacheMebibytes)));
      return command;
    }
  }

  static EngineProcess start(Launch launch) throws IOException {
    var builder =
        new ProcessBuilder(launch.command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    // Computing threads that wait for each other sleep rather than spin: the gateway shares their
    // processors.
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    return new EngineProcess(builder.start());
  }

  /// A port on the loopback interface that nobody listens on.
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  long pid() {
    return process.pid();
  }

  /// Completes with the exit code when the process has ended.
  CompletionStage<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /// Asks it to end.
  void stop() {
    process.destroy();
  }

  /// Ends it.
  void kill() {
    process.destroyForcibly();
  }
}
