package dev.troupe.node;

import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.embedded.EmbeddedEngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says whether a node can start here with a configuration, and what it would be. Opens no port and
/// no connection, writes nothing, and may run beside the node.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Reads a configuration as up does, starts nothing, and says what the node would be.",
      "Exit code 1 when the start would refuse it, with a line for each problem."
    })
final class CheckCommand implements Callable<Integer> {

  @Mixin private NodeOptions options = new NodeOptions();

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean asJson;

  @Override
  public Integer call() {
    var settings = options.configuration().settings();
    refuseWhatIsMissing(settings);
    var summary = NodeSummary.of(settings);
    if (asJson) {
      System.out.println(summary.json());
    } else {
      System.out.print(NodeSummaryText.of(summary));
    }
    return 0;
  }

  /// What is good in itself, and not to be had on this machine.
  private static void refuseWhatIsMissing(NodeSettings settings) {
    List<String> problems = new ArrayList<>();
    if (settings.runsEmbedded()) {
      try {
        EmbeddedEngine.check(settings.embedded());
      } catch (EmbeddedEngineException missing) {
        problems.addAll(ConfigurationException.problems(missing));
      }
    }
    StorageClaim.refusal(settings.storage()).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
