package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Sets all policies, or those named, beside today's practice.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Sets policies beside today's practice: one table, one page.")
final class CompareCommand implements Callable<Integer> {

  private final Bench bench;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions options = new ExperimentOptions();
  @Mixin private ReportOptions report = new ReportOptions();
  @Mixin private ThreadOptions threads = new ThreadOptions();

  @Option(
      names = "--load",
      paramLabel = "LOAD",
      split = ",",
      defaultValue = "0.5,0.8,1,1.5",
      description =
          "One or more, by comma; 1: as fast as the engines serve. Default: ${DEFAULT-VALUE}.")
  private List<Double> loads = List.of();

  @Option(
      names = "--ablation",
      description =
          "Compares the policy that ships with itself without each of its ideas; without --policy"
              + " and --placement.")
  private boolean ablation;

  CompareCommand(Bench bench) {
    this.bench = bench;
  }

  /// The policies named, or those that stand in for none; today's practice always among them, and
  /// first.
  static List<String> policies(ExperimentOptions options, List<Choice> otherwise) {
    var policies = options.policiesOr(Choice.names(otherwise));
    return Stream.concat(Stream.of(Experiment.TODAY), policies.stream()).distinct().toList();
  }

  @Override
  public Integer call() throws Exception {
    var terminal = Terminal.of(spec.commandLine());
    return terminal.run(() -> {
      if (ablation && options.namesContenders()) {
        throw new IllegalArgumentException(
            "--ablation says itself which policies and placements; leave out --policy and"
                + " --placement");
      }
      var otherwise = ablation ? bench.ablations() : bench.policies();
      var experiment = options.experiment(bench, policies(options, otherwise), loads);
      new Study(bench, terminal, threads.threads(), CommandText.of(spec), true)
          .run(experiment, report);
      return CommandLine.ExitCode.OK;
    });
  }
}
