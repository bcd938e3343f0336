package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Replays programs in virtual time through the policies that ship, and shows how long they took.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Replays programs in virtual time through the policies that ship.")
public final class SimulateCommand implements Callable<Integer> {

  private final Bench bench;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ExperimentOptions options = new ExperimentOptions();
  @Mixin private ReportOptions report = new ReportOptions();
  @Mixin private ThreadOptions threads = new ThreadOptions();

  @Option(
      names = "--load",
      paramLabel = "LOAD",
      split = ",",
      defaultValue = "0.8",
      description =
          "One or more, by comma; 1: as fast as the engines serve. Default: ${DEFAULT-VALUE}.")
  private List<Double> loads = List.of();

  private SimulateCommand(Bench bench) {
    this.bench = bench;
  }

  /// `simulate` with all its subcommands.
  public static CommandLine commandLine(Bench bench) {
    return new CommandLine(new SimulateCommand(bench))
        .addSubcommand(new CompareCommand(bench))
        .addSubcommand(new ThroughputCommand(bench))
        .addSubcommand(new ListCommand(bench))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Terminal.refusal());
  }

  @Override
  public Integer call() throws Exception {
    var terminal = Terminal.of(spec.commandLine());
    return terminal.run(() -> {
      var shipped = List.of(bench.policies().getFirst().name());
      var experiment = options.experiment(bench, options.policiesOr(shipped), loads);
      new Study(bench, terminal, threads.threads(), CommandText.of(spec), false)
          .run(experiment, report);
      return CommandLine.ExitCode.OK;
    });
  }
}
