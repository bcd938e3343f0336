package dev.troupe.laboratory;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much of the machine simulations take.
final class ThreadOptions {

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many runs at once. Default: one less than there are cores.")
  private @Nullable Integer threads;

  int threads() {
    return Optional.ofNullable(threads)
        .orElseGet(() -> Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }
}
