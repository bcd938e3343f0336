package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Finds the highest load at which each policy still keeps a mean token latency.
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    description = "Searches the throughput at which each policy still keeps a latency.")
final class ThroughputCommand implements Callable<Integer> {

  private final Bench bench;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions options = new ExperimentOptions();
  @Mixin private ThreadOptions threads = new ThreadOptions();

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
    var terminal = Terminal.of(spec.commandLine());
    return terminal.run(() -> {
      if (!(targetSeconds > 0)) {
        throw new IllegalArgumentException("--target-latency: expected more than 0 seconds");
      }
      var policies = CompareCommand.policies(options, bench.policies());
      // The loads are searched; this one only stands where an experiment names its loads.
      var experiment = options.experiment(bench, policies, List.of(1.0));
      new ThroughputStudy(bench, terminal, threads.threads(), targetSeconds).run(experiment);
      return CommandLine.ExitCode.OK;
    });
  }
}
