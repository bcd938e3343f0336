package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Sets all policies, or those named, beside today's practice.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Sets policies beside today's practice: one table, one page.")
final class CompareCommand implements Callable<Integer> {

  private static final List<Double> LOADS = List.of(0.5, 0.8, 1.0, 1.5);

  private final Bench bench;

  @Mixin private ExperimentOptions options = new ExperimentOptions();
  @Mixin private ReportOptions report = new ReportOptions();
  @Mixin private PageOption page = new PageOption();
  @Mixin private LoadOption load = new LoadOption();
  @Mixin private RunOptions run = new RunOptions();

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
    return run.run(terminal -> {
      if (ablation && options.namesContenders()) {
        throw new IllegalArgumentException(
            "--ablation says itself which policies and placements; leave out --policy and"
                + " --placement");
      }
      var configured = options.configured(bench);
      var otherwise =
          ablation ? configured.ablations(options.declaresLengths()) : configured.policies();
      var experiment =
          options.experiment(
              configured, policies(options, otherwise), rates -> load.or(LOADS, rates));
      var expectation = ablation ? Expectation.OF_IDEAS : Expectation.OF_POLICIES;
      var statement = Statement.of(experiment, configured, expectation);
      new Study(configured, run, terminal, statement, true).run(experiment, report, page);
    });
  }
}
