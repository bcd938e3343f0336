package dev.troupe.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The examples in `docs/runs.md`.
final class PlanDocument {

  /// @param language `json` or `yaml`
  record Example(String language, String text) {}

  private static final Pattern BLOCK =
      Pattern.compile("^```(json|yaml)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private PlanDocument() {}

  static String text() throws IOException {
    return Files.readString(Path.of("..", "docs", "runs.md"));
  }

  static List<Example> examples() throws IOException {
    return BLOCK
        .matcher(text())
        .results()
        .map(block -> new Example(block.group(1), block.group(2)))
        .toList();
  }
}
