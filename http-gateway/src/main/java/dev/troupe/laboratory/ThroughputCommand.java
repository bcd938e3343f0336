package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Finds the highest load at which each policy still keeps a mean token latency.
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = "Searches the throughput at which each policy still keeps a latency.")
final class ThroughputCommand implements Callable<Integer> {

  private final Bench bench;

  @Mixin private ExperimentOptions options = new ExperimentOptions();
  @Mixin private ReportOptions report = new ReportOptions();
  @Mixin private RunOptions run = new RunOptions();

  @Option(
      names = "--target-latency",
      paramLabel = "SECONDS",
      required = true,
      description = "Mean response time per generated token.")
  private double targetSeconds;

  ThroughputCommand(Bench bench) {
    this.bench = bench;
  }

  @Override
  public Integer call() throws Exception {
    return run.run(terminal -> {
      if (!(targetSeconds > 0)) {
        throw new IllegalArgumentException(
            "--target-latency: expected more than 0 seconds, not " + targetSeconds);
      }
      var configured = options.configured(bench);
      var policies = CompareCommand.policies(options, configured.policies());
      // The loads are searched; this one only stands where an experiment names its loads.
      var experiment = options.experiment(configured, policies, _ -> Loads.of(List.of(1.0)));
      new ThroughputStudy(configured, terminal, run.threads(), targetSeconds)
          .run(experiment, report);
    });
  }
}
