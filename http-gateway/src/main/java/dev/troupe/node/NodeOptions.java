package dev.troupe.node;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a command line says of the node that it is about.
final class NodeOptions {

  @Option(names = "--config", paramLabel = "FILE", description = "Your configuration.")
  private @Nullable Path config;

  @Option(names = "--host", paramLabel = "HOST", description = "Where the gateway listens.")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "PORT", description = "Where the gateway listens.")
  private @Nullable Integer port;

  @Option(names = "--model", paramLabel = "FILE", description = "A GGUF model to serve.")
  private @Nullable Path model;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Adds a line for each call, for './troupe simulate --trace FILE'.")
  private @Nullable Path recording;

  @Option(names = "--no-embedded", description = "Only the engines of the configuration.")
  private boolean noEmbedded;

  /// The user's file, where one is named.
  Optional<Path> file() {
    return Optional.ofNullable(config);
  }

  /// What the node is started with.
  ///
  /// @throws ConfigurationException with all that is wrong with it
  Configuration configuration() {
    return Configuration.load(file(), overrides());
  }

  /// What goes over the user's file, by path.
  Map<String, Object> overrides() {
    var overrides = new HashMap<String, Object>();
    if (host != null) {
      overrides.put("troupe.gateway.host", host);
    }
    if (port != null) {
      overrides.put("troupe.gateway.port", port);
    }
    if (model != null) {
      overrides.put("troupe.embedded-engine.model", model.toAbsolutePath().toString());
      overrides.put("troupe.embedded-engine.enabled", "on");
    }
    if (recording != null) {
      overrides.put("troupe.recording.file", recording.toAbsolutePath().toString());
    }
    if (noEmbedded) {
      overrides.put("troupe.embedded-engine.enabled", "off");
    }
    return overrides;
  }
}
