package dev.troupe.bench;

import dev.troupe.bench.Target.Path;
import dev.troupe.simulated.SimulatedEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All processes of the benchmark: an engine of each pace, a node of Troupe before them, and a proxy
/// that does nothing.
final class Surroundings implements AutoCloseable {

  private static final String NODE = "dev.troupe.node.Main";
  private static final List<String> HEAP = List.of("-Xmx512m");

  private final List<ChildProcess> processes = new ArrayList<>();
  private final Map<Path, Target> targets = new LinkedHashMap<>();

  Surroundings(Set<Path> paths) {
    var engines = new LinkedHashMap<String, ChildProcess>();
    engines.put(Scenario.FAST, engine(Scenario.FAST, 0));
    engines.put(Scenario.PACED, engine(Scenario.PACED, 10_000));
    engines.put(Scenario.SLOW, engine(Scenario.SLOW, 100_000));
    var urls = new LinkedHashMap<String, URI>();
    engines.forEach((model, engine) -> urls.put(model, engine.address()));
    targets.put(Path.DIRECT, new Target(Path.DIRECT, urls, engines));
    if (paths.contains(Path.TROUPE)) {
      targets.put(Path.TROUPE, troupe(urls));
    }
    if (paths.contains(Path.PROXY)) {
      targets.put(Path.PROXY, proxy(urls));
    }
  }

  List<Target> targets() {
    return List.copyOf(targets.values());
  }

  @Override
  public void close() {
    processes.reversed().forEach(ChildProcess::close);
  }

  private ChildProcess engine(String model, int decodeMicros) {
    return started(
        ChildProcess.start(
            HEAP,
            SimulatedEngine.class.getName(),
            List.of(
                "--port=0",
                "--exit-on-eof",
                "--models=" + model,
                "--slots=1024",
                "--prefill-micros=0",
                "--decode-micros=" + decodeMicros,
                "--block-tokens=256",
                "--blocks=1000000",
                "--max-model-tokens=10000000")));
  }

  private Target troupe(Map<String, URI> engines) {
    try {
      var folder = Files.createTempDirectory("troupe-bench");
      var config = folder.resolve("troupe.conf");
      var text = new StringBuilder("troupe.gateway.port = 0\n");
      text.append("troupe.embedded-engine.enabled = off\n");
      text.append("troupe.storage.directory = \"").append(folder).append("/data\"\n");
      engines.forEach((model, url) ->
          text.append(
              "troupe.engines += { name = %s, dialect = vllm, url = \"%s\", slots = 1024 }%n"
                  .formatted(model, url)));
      Files.writeString(config, text);
      var node =
          started(
              ChildProcess.start(
                  nodeOptions(), NODE, List.of("up", "--config", config.toString())));
      var urls = new LinkedHashMap<String, URI>();
      var processes = new LinkedHashMap<String, ChildProcess>();
      engines.keySet().forEach(model -> urls.put(model, node.address()));
      engines.keySet().forEach(model -> processes.put(model, node));
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

  private ChildProcess started(ChildProcess process) {
    processes.add(process);
    return process;
  }
}
