package dev.troupe.laboratory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where results go.
final class ReportOptions {

  @Option(names = "--json", description = "One JSON object per line and run, nothing else.")
  private boolean isJson;

  @Option(names = "--csv", paramLabel = "FILE", description = "Every run as a line of a CSV file.")
  private @Nullable Path csv;

  @Option(names = "--html", paramLabel = "FILE", description = "A page with plots, in one file.")
  private @Nullable Path html;

  boolean isJson() {
    return isJson;
  }

  Optional<Path> csv() {
    return Optional.ofNullable(csv);
  }

  Optional<Path> html() {
    return Optional.ofNullable(html);
  }

  /// Found out before hours are spent on running.
  ///
  /// @throws IllegalArgumentException when a file cannot be written
  void requireWritable() {
    csv().ifPresent(file -> requireWritable("--csv", file));
    html().ifPresent(file -> requireWritable("--html", file));
  }

  private static void requireWritable(String option, Path file) {
    var folder = file.toAbsolutePath().getParent();
    boolean isWritable =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    if (!isWritable) {
      throw new IllegalArgumentException(option + ": cannot write " + file);
    }
  }
}
