package dev.troupe.bench;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/// A way to the engines.
///
/// @param urls where to send a model's requests
/// @param processes what is measured: the gateway or, on the direct way, the engine itself
record Target(Path path, Map<String, URI> urls, Map<String, ChildProcess> processes) {

  enum Path {
    DIRECT,
    TROUPE,
    /// A proxy that does nothing: see [NettyProxy].
    PROXY
  }

  URI url(String model) {
    return Objects.requireNonNull(urls.get(model), model);
  }

  ChildProcess process(String model) {
    return Objects.requireNonNull(processes.get(model), model);
  }
}
