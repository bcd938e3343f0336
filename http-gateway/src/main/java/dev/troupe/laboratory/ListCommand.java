package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Says what there is to choose from.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Names policies, placements, profiles of engines and workloads.")
final class ListCommand implements Callable<Integer> {

  private final Bench bench;

  @Mixin private ConfigOption config = new ConfigOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  ListCommand(Bench bench) {
    this.bench = bench;
  }

  @Override
  public Integer call() throws Exception {
    return Terminal.of(spec.commandLine())
        .run(terminal -> {
          CommandText.requireOptionsAfter(spec);
          terminal.out().print(text(config.configured(bench)));
        });
  }

  private static String text(Bench bench) {
    return section("Policies", bench.policies())
        + section("\nFor 'compare --ablation'", bench.ablations())
        + section("\nPlacements", bench.placements())
        + section("\nProfiles of engines", bench.profiles())
        + section("\nGenerated workloads", bench.generators());
  }

  private static String section(String heading, List<Choice> choices) {
    int width = choices.stream().mapToInt(choice -> choice.name().length()).max().orElse(0);
    var lines = new StringBuilder(heading).append('\n');
    for (var choice : choices) {
      lines
          .append("  ")
          .append(choice.name())
          .append(" ".repeat(width - choice.name().length() + 2))
          .append(choice.meaning())
          .append('\n');
    }
    return lines.toString();
  }
}
