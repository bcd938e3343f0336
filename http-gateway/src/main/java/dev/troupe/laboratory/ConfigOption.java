package dev.troupe.laboratory;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which settings and profiles of engines there are.
final class ConfigOption {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Your configuration, as for './troupe up', with profiles of engines of your own in"
              + " troupe.simulation.profiles. Its troupe.engines are not simulated.")
  private @Nullable Path file;

  /// The bench, with the user's settings where there are some.
  Bench configured(Bench bench) {
    return file == null ? bench : bench.configured(file);
  }
}
