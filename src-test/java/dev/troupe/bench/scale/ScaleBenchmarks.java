package dev.troupe.bench.scale;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// What one machine carries.
@Command(
    name = "bench scale",
    description = "What the control plane carries on one machine.",
    subcommands = {CallsBenchmark.class, IdleProgramsBenchmark.class},
    mixinStandardHelpOptions = true)
public final class ScaleBenchmarks {

  private ScaleBenchmarks() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ScaleBenchmarks()).execute(arguments));
  }
}
