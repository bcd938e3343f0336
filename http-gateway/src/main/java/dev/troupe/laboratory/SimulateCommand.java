package dev.troupe.laboratory;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Replays programs in virtual time through the policies that ship, and shows how long they took.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = "Replays programs in virtual time through the policies that ship.")
public final class SimulateCommand implements Callable<Integer> {

  private final Bench bench;

  @Mixin private ExperimentOptions options = new ExperimentOptions();
  @Mixin private ReportOptions report = new ReportOptions();
  @Mixin private PageOption page = new PageOption();
  @Mixin private LoadOption load = new LoadOption();
  @Mixin private RunOptions run = new RunOptions();

  private SimulateCommand(Bench bench) {
    this.bench = bench;
  }

  /// `simulate` with all its subcommands.
  public static CommandLine commandLine(Bench bench) {
    return new CommandLine(new SimulateCommand(bench))
        .addSubcommand(new CompareCommand(bench))
        .addSubcommand(new ThroughputCommand(bench))
        .addSubcommand(new ListCommand(bench))
        .registerConverter(Rate.class, Rate::of)
        .registerConverter(Double.class, NumberText::number)
        .registerConverter(double.class, NumberText::number)
        .registerConverter(Integer.class, NumberText::wholeNumber)
        .registerConverter(int.class, NumberText::wholeNumber)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Terminal.refusal());
  }

  @Override
  public Integer call() throws Exception {
    return run.run(terminal -> {
      var configured = options.configured(bench);
      var shipped = List.of(configured.policies().getFirst().name());
      var experiment =
          options.experiment(
              configured, options.policiesOr(shipped), rates -> load.or(List.of(0.8), rates));
      var statement = Statement.of(experiment, configured, Expectation.OF_POLICIES);
      new Study(configured, run, terminal, statement, false).run(experiment, report, page);
    });
  }
}
