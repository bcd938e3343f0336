package dev.troupe.laboratory;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What every command that simulates has: where it talks to, and how much of the machine it takes.
final class RunOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many runs at once. Default: one less than there are cores.")
  private @Nullable Integer threads;

  int threads() {
    return Optional.ofNullable(threads)
        .orElseGet(() -> Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  /// The command line that was typed.
  String commandLine() {
    return CommandText.of(command);
  }

  /// Runs the command.
  ///
  /// @return the exit code
  int run(Terminal.Work work) throws Exception {
    return Terminal.of(command.commandLine())
        .run(terminal -> {
          CommandText.requireOptionsAfter(command);
          work.run(terminal);
        });
  }
}
