package dev.troupe.embedded;

import dev.troupe.embedded.EngineProcess.Launch;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/// The engine that comes with Troupe, prepared to be started: its files are on disk and its address
/// is chosen. The address stays the same when the engine is restarted.
public final class EmbeddedEngine {

  private static final byte[] GGUF_MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
  private static final long LARGEST_LOG_BYTES = 10L << 20;

  private final Launch launch;
  private final EmbeddedEngineSettings settings;

  private EmbeddedEngine(Launch launch, EmbeddedEngineSettings settings) {
    this.launch = launch;
    this.settings = settings;
  }

  /// Fetches what is not there yet, and chooses an address. Blocks: minutes on a first start, some
  /// 50 ms later.
  ///
  /// @throws EmbeddedEngineException with one line that says what to do
  public static EmbeddedEngine prepare(
      EmbeddedEngineSettings settings, CacheFolder cache, Progress progress) {
    var python = requireLocal(settings);
    var platform =
        PinnedPackage.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    var files = new EngineCache(cache, new PackageClient(python, platform));
    var engineFiles =
        new EngineFiles(
            python,
            files.server(Pins.SERVER, progress),
            placed(files, "llama_server.py"),
            settings.model().orElseGet(() -> files.model(Pins.MODEL, progress)),
            settings.model().isPresent()
                ? Optional.empty()
                : Optional.of(placed(files, "smollm2.jinja")));
    return new EmbeddedEngine(launch(settings, engineFiles, cache), settings);
  }

  /// Looks for what is not fetched: the model, where the settings name one, and a Python.
  ///
  /// @throws EmbeddedEngineException with one line that says what to do
  public static void check(EmbeddedEngineSettings settings) {
    requireLocal(settings);
  }

  /// What clients call the model of such an engine.
  public static String modelOf(EmbeddedEngineSettings settings) {
    return settings
        .modelName()
        .or(() -> settings.model().map(EmbeddedEngine::nameOf))
        .orElse(Pins.MODEL.name());
  }

  /// Where and how it is reached, as any remote engine.
  public EngineEndpoint endpoint() {
    return new EngineEndpoint(
        new EngineId("embedded"),
        EngineEndpoint.Dialect.LLAMA_CPP,
        launch.url(),
        Optional.empty(),
        EngineEndpoint.PriorityOrder.NONE);
  }

  /// What clients call its model.
  public String model() {
    return launch.alias();
  }

  /// The actor that starts the engine and keeps it running.
  ///
  /// @param listener told when it serves, when it is lost and when it is given up
  public Behavior<EmbeddedEngineActor.Command> supervised(
      ActorRef<EmbeddedEngineActor.Event> listener) {
    return EmbeddedEngineActor.create(launch, settings, listener);
  }

  private static Launch launch(
      EmbeddedEngineSettings settings, EngineFiles files, CacheFolder cache) {
    try {
      return new Launch(
          files,
          modelOf(settings),
          EngineProcess.freePort(),
          settings.slots(),
          settings.contextTokens(),
          settings.threadsOf(Runtime.getRuntime().availableProcessors()),
          settings.promptCacheMebibytes(),
          log(cache));
    } catch (IOException failure) {
      throw new EmbeddedEngineException("cannot prepare the embedded engine: " + failure, failure);
    }
  }

  private static PythonInterpreter requireLocal(EmbeddedEngineSettings settings) {
    settings.model().ifPresent(EmbeddedEngine::requireModel);
    return PythonInterpreter.find(
        settings.python(), System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
  }

  private static String nameOf(Path model) {
    var name = String.valueOf(model.getFileName());
    return name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
  }

  private static Path log(CacheFolder cache) throws IOException {
    Files.createDirectories(cache.logs());
    var log = cache.logs().resolve("embedded-engine.log");
    if (Files.exists(log) && Files.size(log) > LARGEST_LOG_BYTES) {
      Files.move(
          log, log.resolveSibling("embedded-engine.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    return log;
  }

  private static void requireModel(Path model) {
    if (!Files.isRegularFile(model)) {
      throw new EmbeddedEngineException("troupe.embedded-engine.model: no such file: " + model);
    }
    try (var content = Files.newInputStream(model)) {
      if (!Arrays.equals(content.readNBytes(GGUF_MAGIC.length), GGUF_MAGIC)) {
        throw new EmbeddedEngineException("troupe.embedded-engine.model: no GGUF file: " + model);
      }
    } catch (IOException failure) {
      throw new EmbeddedEngineException(
          "troupe.embedded-engine.model: cannot read " + model + ": " + failure, failure);
    }
  }

  private static Path placed(EngineCache files, String resource) {
    try (InputStream content = EmbeddedEngine.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new IllegalStateException("not on the class path: " + resource);
      }
      var bytes = content.readAllBytes();
      var digest = HexFormat.of().formatHex(WheelFile.sha256().digest(bytes)).substring(0, 8);
      return files.place(digest + "-" + resource, bytes);
    } catch (IOException failure) {
      throw new IllegalStateException("cannot read from the class path: " + resource, failure);
    }
  }
}
