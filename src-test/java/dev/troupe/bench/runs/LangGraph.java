package dev.troupe.bench.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.plan.RunPolicy.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/// The same shapes in LangGraph: a Python of its own in a folder, installed once.
///
/// Runs that are kept are so in SQLite, each step before the next one begins (`durability="sync"`); others in
/// its own memory, as it comes.
final class LangGraph {

  /// Released together, autumn 2026.
  private static final List<String> PACKAGES =
      List.of("langgraph==1.2.22", "langgraph-checkpoint-sqlite==3.1.2");

  private static final String SCRIPT = "langgraph_shapes.py";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path python;
  private final Path script;
  private final Duration limit;

  private LangGraph(Path python, Path script, Duration limit) {
    this.python = python;
    this.script = script;
    this.limit = limit;
  }

  /// @param limit of one shape, all of its rounds together
  static LangGraph installed(Path folder, Duration limit) throws IOException, InterruptedException {
    var python = folder.resolve("bin/python");
    if (!Files.exists(python)) {
      run("python3", "-m", "venv", folder.toString());
    }
    var install = new ArrayList<>(List.of(python.toString(), "-m", "pip", "install", "-q"));
    install.addAll(PACKAGES);
    run(install.toArray(String[]::new));
    var script = folder.resolve(SCRIPT);
    try (var source = LangGraph.class.getResourceAsStream("/bench/" + SCRIPT)) {
      Files.write(script, Objects.requireNonNull(source, SCRIPT).readAllBytes());
    }
    return new LangGraph(python, script, limit);
  }

  String version() {
    return String.join(", ", PACKAGES);
  }

  /// @return empty when it did not end within the limit
  Optional<Overhead> measure(Shape shape, Durability durability, int warmUp, int rounds)
      throws IOException, InterruptedException {
    var out = Files.createTempFile("langgraph", ".json");
    try {
      var process =
          new ProcessBuilder(
                  python.toString(),
                  script.toString(),
                  "--shape",
                  shape.kind(),
                  "--size",
                  Integer.toString(shape.size()),
                  "--keep",
                  durability == Durability.NONE ? "memory" : "sqlite",
                  "--warm-up",
                  Integer.toString(warmUp),
                  "--rounds",
                  Integer.toString(rounds))
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        return Optional.empty();
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException("LangGraph ended with " + process.exitValue());
      }
      var measured = JSON.readTree(out.toFile());
      return Optional.of(
          new Overhead(numbers(measured.path("steps")), numbers(measured.path("wholes"))));
    } finally {
      Files.delete(out);
    }
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new UncheckedIOException(
          new IOException("failed: " + String.join(" ", command) + "; see above"));
    }
  }
}
