package dev.troupe.laboratory;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the page goes.
final class PageOption {

  @Option(names = "--html", paramLabel = "FILE", description = "A page with plots, in one file.")
  private @Nullable Path html;

  Optional<Path> html() {
    return Optional.ofNullable(html);
  }

  /// @throws IllegalArgumentException when the file cannot be written
  void requireWritable() {
    html().ifPresent(file -> ReportOptions.requireWritable("--html", file));
  }
}
