package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Starts the processes of a trial cluster: this JVM's program and flags with less memory.
///
/// A process has its part of the configuration from its standard input, not from its command line: it
/// holds the storage's password. What it says is in a file.
final class TrialLaunch {

  /// Several JVMs share this machine.
  private static final String HEAP = "-Xmx384m";

  private final Path folder;
  private final Optional<Path> config;
  private final Function<TrialPlace, Map<String, Object>> ownPart;

  /// @param folder for what the nodes say
  /// @param config the user's file
  /// @param ownPart what a node has over that file, by path
  TrialLaunch(
      Path folder, Optional<Path> config, Function<TrialPlace, Map<String, Object>> ownPart) {
    this.folder = folder;
    this.config = config;
    this.ownPart = ownPart;
  }

  Process start(TrialPlace place) throws IOException {
    Files.createDirectories(folder);
    var process =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log(place).toFile()))
            .start();
    var settings =
        ConfigFactory.parseMap(ownPart.apply(place)).root().render(ConfigRenderOptions.concise());
    try {
      // Left open: its end tells the node that this process is gone.
      process.getOutputStream().write((settings + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException endedAtOnce) {
      // Its exit code says more.
    }
    return process;
  }

  /// Tells the user something about a node.
  void say(TrialPlace place, String what) {
    System.err.println("troupe: " + place.name() + " " + what);
  }

  /// What a node says, over all its lives.
  Path log(TrialPlace place) {
    return folder.resolve(place.name() + ".log");
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "trial-node"));
    config.ifPresent(file -> command.addAll(List.of("--config", file.toAbsolutePath().toString())));
    return command;
  }

  /// This JVM's own, and what the user wants of every node's.
  private static List<String> flags() {
    var own =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-Xm"));
    var users =
        Arrays.stream(
                Optional.ofNullable(System.getenv("TROUPE_JAVA_OPTS")).orElse("").split("\\s+"))
            .filter(flag -> flag.startsWith("-Xm"));
    return Stream.of(own, Stream.of(HEAP), users).flatMap(flags -> flags).toList();
  }
}
