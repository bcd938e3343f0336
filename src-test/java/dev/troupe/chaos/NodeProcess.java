package dev.troupe.chaos;

import dev.troupe.process.JavaProcess;
import dev.troupe.process.JavaProcess.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One node as an operator runs it, in a process of its own that can be killed, paused and started
/// again at its address.
final class NodeProcess implements AutoCloseable {

  private static final String MAIN = "dev.troupe.node.Main";
  private static final Duration END_LIMIT = Duration.ofMinutes(2);

  /// Quick to start; a node of a few calls a second needs no more.
  private static final List<String> JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Plan plan;
  private JavaProcess process;

  private NodeProcess(Plan plan, JavaProcess process) {
    this.plan = plan;
    this.process = process;
  }

  /// How a node is started, each time.
  ///
  /// @param prefix a command that runs it, such as one that enters a network namespace
  /// @param folder of its configuration and its log
  /// @param earlierBuild the class path of its first start, where that is to be of another build
  record Plan(
      String name,
      NodeAddress address,
      Set<String> roles,
      List<String> prefix,
      Path folder,
      String settings,
      Optional<String> earlierBuild) {

    Path log() {
      return folder.resolve(name + ".log");
    }
  }

  /// Starts it and does not wait.
  static NodeProcess start(Plan plan) {
    try {
      Files.createDirectories(plan.folder());
      Files.writeString(plan.folder().resolve(plan.name() + ".conf"), plan.settings());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new NodeProcess(
        plan, launch(plan, plan.earlierBuild().orElseGet(Launch::productClassPath)));
  }

  private static JavaProcess launch(Plan plan, String classPath) {
    var config = plan.folder().resolve(plan.name() + ".conf").toString();
    var launch = new Launch(plan.prefix(), JVM, MAIN, List.of("up", "--config", config), classPath);
    var log = ProcessBuilder.Redirect.appendTo(plan.log().toFile());
    return JavaProcess.start(launch, log, _ -> {});
  }

  String name() {
    return plan.name();
  }

  NodeAddress address() {
    return plan.address();
  }

  boolean hasRole(String role) {
    return plan.roles().contains(role);
  }

  boolean isAlive() {
    return process.process().isAlive();
  }

  /// @throws IllegalStateException when it has ended
  void mustLive() {
    if (!isAlive()) {
      throw new IllegalStateException(name() + " has ended; see " + plan.log());
    }
  }

  /// Ends it at once, as the kernel does.
  void kill() {
    process.process().destroyForcibly().onExit().join();
  }

  /// Asks it to leave, and waits until it has.
  ///
  /// @throws IllegalStateException when it does not
  void leave() {
    process.process().destroy();
    awaitEnd();
  }

  /// Waits until it has ended, for whatever reason.
  void awaitEnd() {
    try {
      if (!process.process().waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(name() + " did not end in " + END_LIMIT);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("stopped", e);
    }
  }

  /// Takes all processor time from it.
  void pause() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  /// Starts it again at its address, as this build; it must have ended. Does not wait.
  void startAgain() {
    process = launch(plan, Launch.productClassPath());
  }

  private void signal(String name) {
    Shell.run("kill", "-" + name, Long.toString(process.pid()));
  }

  @Override
  public void close() {
    kill();
  }
}
