package dev.troupe.laboratory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where numbers go.
final class ReportOptions {

  @Option(names = "--json", description = "One JSON object per line and result, nothing else.")
  private boolean isJson;

  @Option(names = "--csv", paramLabel = "FILE", description = "Every result as a line of a file.")
  private @Nullable Path csv;

  boolean isJson() {
    return isJson;
  }

  /// Says what is simulated and expected, where it does not stand among numbers.
  void introduce(Statement statement, Terminal terminal) {
    var out = isJson ? terminal.errors() : terminal.out();
    statement.sentences().map(Terminal::wrapped).forEach(out::print);
    out.println();
    out.flush();
  }

  /// Writes results as numbers, as far as they are wanted so.
  ///
  /// @param results at least one, each with the same fields
  void write(List<Fields> results, Statement statement, Terminal terminal) throws IOException {
    if (isJson) {
      results.forEach(result -> terminal.out().println(result.with(statement).json()));
    }
    if (csv != null) {
      Files.writeString(csv, Fields.csv(results));
    }
  }

  /// Found out before hours are spent on running.
  ///
  /// @throws IllegalArgumentException when a file cannot be written
  void requireWritable() {
    if (csv != null) {
      requireWritable("--csv", csv);
    }
  }

  static void requireWritable(String option, Path file) {
    obstacle(file)
        .ifPresent(reason -> {
          throw new IllegalArgumentException(option + ": cannot write " + file + ": " + reason);
        });
  }

  private static Optional<String> obstacle(Path file) {
    var folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null) {
      return Optional.of("it is a folder; name a file in it");
    }
    if (!Files.isDirectory(folder)) {
      return Optional.of("there is no folder " + folder + "; make it first");
    }
    return Files.isWritable(Files.exists(file) ? file : folder)
        ? Optional.empty()
        : Optional.of("it may not be written; name another");
  }
}
