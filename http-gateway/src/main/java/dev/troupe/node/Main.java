package dev.troupe.node;

import dev.troupe.embedded.EmbeddedEngineException;
import dev.troupe.laboratory.SimulateCommand;
import dev.troupe.laboratory.Terminal;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/// The command line of a node. `./troupe` finds the JVM for it.
@CommandLine.Command(
    name = "troupe",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    subcommands = {
      UpCommand.class,
      CheckCommand.class,
      RunFileCommand.class,
      StatusCommand.class,
      ClusterKeyCommand.class,
      TrialNodeCommand.class,
      RehearseCommand.class
    },
    description = "Schedules the calls of AI agents by program, onto your engines.")
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    // Before other threads log: logging that begins on several at once is not ready for all.
    LoggerFactory.getLogger(Main.class);
    int exitCode = execute(arguments);
    // A node that has started goes on in its own threads.
    if (exitCode != UpCommand.RUNNING) {
      System.exit(exitCode);
    }
  }

  private static int execute(String[] arguments) {
    try {
      return commandLine()
          .setParameterExceptionHandler(Terminal.refusal())
          .setExecutionExceptionHandler((failure, commandLine, _) -> {
            String.valueOf(failure.getMessage())
                .lines()
                .forEach(line -> commandLine.getErr().println("troupe: " + line));
            if (!isExpected(failure)) {
              failure.printStackTrace(commandLine.getErr());
            }
            return commandLine.getCommandSpec().exitCodeOnExecutionException();
          })
          .execute(arguments);
    } catch (LinkageError broken) {
      // Threads that have started would keep a process that does nothing.
      System.err.println("troupe: this installation is not whole: " + broken);
      broken.printStackTrace();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private static CommandLine commandLine() {
    return new CommandLine(new Main())
        .addSubcommand(SimulateCommand.commandLine(new SimulationBench()));
  }

  /// Whether the user can mend it; anything else is a bug, and its trace helps.
  private static boolean isExpected(Exception failure) {
    return failure instanceof ConfigurationException
        || failure instanceof EmbeddedEngineException
        || failure instanceof StartException
        || failure instanceof CommandException;
  }
}
