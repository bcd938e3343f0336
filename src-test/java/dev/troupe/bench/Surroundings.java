package dev.troupe.bench;

import dev.troupe.bench.Target.Path;
import dev.troupe.simulated.SimulatedEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// All processes of a benchmark: engines, a node of Troupe before them, and a proxy that does
/// nothing. With them goes the node's folder.
final class Surroundings implements AutoCloseable {

  private static final String NODE = "dev.troupe.node.Main";
  private static final List<String> HEAP = List.of("-Xmx512m");

  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<java.nio.file.Path> folders = new ArrayList<>();
  private final Map<Path, Target> targets = new LinkedHashMap<>();

  /// A simulated engine.
  ///
  /// @param name of its own; with the model's name, the model can be asked of it directly
  /// @param slots requests that it runs at once
  /// @param prefillMicros per prompt token that is not cached
  /// @param decodeMicros per output token
  /// @param blocks of 256 tokens each, of its KV cache
  record Engine(
      String name, String model, int slots, int prefillMicros, int decodeMicros, int blocks) {}

  /// @param settings further ones of the node, as lines of its configuration
  Surroundings(Set<Path> paths, List<Engine> engines, String settings) {
    var running = new LinkedHashMap<String, ChildProcess>();
    engines.forEach(engine -> running.put(engine.name(), start(engine)));
    var urls = new LinkedHashMap<String, URI>();
    running.forEach((name, engine) -> urls.put(name, engine.address()));
    targets.put(Path.DIRECT, new Target(Path.DIRECT, urls, running));
    if (paths.contains(Path.TROUPE)) {
      targets.put(Path.TROUPE, troupe(engines, urls, settings));
    }
    if (paths.contains(Path.PROXY)) {
      targets.put(Path.PROXY, proxy(urls));
    }
  }

  List<Target> targets() {
    return List.copyOf(targets.values());
  }

  Target target(Path path) {
    return Objects.requireNonNull(targets.get(path), path::name);
  }

  @Override
  public void close() {
    processes.reversed().forEach(ChildProcess::close);
    folders.forEach(Surroundings::delete);
  }

  private ChildProcess start(Engine engine) {
    return started(
        ChildProcess.start(
            HEAP,
            SimulatedEngine.class.getName(),
            List.of(
                "--port=0",
                "--exit-on-eof",
                "--models=" + engine.model(),
                "--slots=" + engine.slots(),
                "--prefill-micros=" + engine.prefillMicros(),
                "--decode-micros=" + engine.decodeMicros(),
                "--block-tokens=256",
                "--blocks=" + engine.blocks(),
                "--max-model-tokens=10000000")));
  }

  private Target troupe(List<Engine> engines, Map<String, URI> engineUrls, String settings) {
    try {
      var folder = Files.createTempDirectory("troupe-bench");
      folders.add(folder);
      var config = folder.resolve("troupe.conf");
      var text = new StringBuilder("troupe.gateway.port = 0\ntroupe.management.port = 0\n");
      text.append("troupe.embedded-engine.enabled = off\n");
      text.append("troupe.storage.directory = \"").append(folder).append("/data\"\n");
      engines.forEach(engine ->
          text.append(
              "troupe.engines += { name = %s, dialect = vllm, url = \"%s\", slots = %d }%n"
                  .formatted(engine.name(), engineUrls.get(engine.name()), engine.slots())));
      text.append(settings);
      Files.writeString(config, text);
      var node =
          started(
              ChildProcess.start(
                  nodeOptions(), NODE, List.of("up", "--config", config.toString())));
      var urls = new LinkedHashMap<String, URI>();
      var processes = new LinkedHashMap<String, ChildProcess>();
      engines.forEach(engine -> urls.put(engine.model(), node.address()));
      engines.forEach(engine -> processes.put(engine.model(), node));
      return new Target(Path.TROUPE, urls, processes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// As `./troupe up` runs it.
  private static List<String> nodeOptions() {
    var options = new ArrayList<>(HEAP);
    var more = System.getenv().getOrDefault("TROUPE_JAVA_OPTS", "").strip();
    if (!more.isEmpty()) {
      options.addAll(List.of(more.split("\\s+")));
    }
    return options;
  }

  private Target proxy(Map<String, URI> engines) {
    var proxy =
        started(
            ChildProcess.start(
                HEAP,
                NettyProxy.class.getName(),
                engines.values().stream().map(URI::toString).toList()));
    var urls = new LinkedHashMap<String, URI>();
    var processes = new LinkedHashMap<String, ChildProcess>();
    var addresses = proxy.addresses().iterator();
    for (var model : engines.keySet()) {
      urls.put(model, addresses.next());
      processes.put(model, proxy);
    }
    return new Target(Path.PROXY, urls, processes);
  }

  private static void delete(java.nio.file.Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChildProcess started(ChildProcess process) {
    processes.add(process);
    return process;
  }
}
