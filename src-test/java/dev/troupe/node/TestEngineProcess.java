package dev.troupe.node;

import dev.troupe.FreePorts;
import dev.troupe.simulated.SimulatedEngine;

/// A simulated engine in a process of its own, that can be killed and started again at its address.
final class TestEngineProcess implements AutoCloseable {

  private final String name;
  private final int port;
  private Process process;

  private TestEngineProcess(String name, int port, Process process) {
    this.name = name;
    this.port = port;
    this.process = process;
  }

  /// Starts an engine with one slot, whose model has its name.
  static TestEngineProcess start(String name) {
    int port = FreePorts.one();
    return new TestEngineProcess(name, port, launch(name, port));
  }

  private static Process launch(String name, int port) {
    var process =
        TestProcess.java(
            "-Xmx128m",
            SimulatedEngine.class.getName(),
            "--port=" + port,
            "--models=" + name,
            "--slots=1",
            "--decode-micros=5000",
            "--exit-on-eof");
    TestProcess.readTo(process.inputReader(), "simulated engine ready");
    return process;
  }

  /// Ends it at once, as the kernel does.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void startAgain() {
    process = launch(name, port);
  }

  int port() {
    return port;
  }

  /// Its entry in a node's configuration.
  String entry() {
    return TestEngine.entry(name, "http://127.0.0.1:" + port, 1);
  }

  @Override
  public void close() {
    kill();
  }
}
