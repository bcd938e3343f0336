package dev.troupe.laboratory;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/// Where a command talks to: results on `out`, all else on `errors`.
public record Terminal(PrintWriter out, PrintWriter errors) {

  private static final int WIDTH = 100;

  static Terminal of(CommandLine command) {
    return new Terminal(command.getOut(), command.getErr());
  }

  /// Says in one line what is wrong with a command line.
  public static IParameterExceptionHandler refusal() {
    return Terminal::refuse;
  }

  private static int refuse(ParameterException failure, String[] arguments) {
    var command = failure.getCommandLine();
    var line = String.valueOf(failure.getMessage()).lines().findFirst().orElseThrow();
    command
        .getErr()
        .println(
            "troupe: " + line + " (see ./" + command.getCommandSpec().qualifiedName() + " --help)");
    return CommandLine.ExitCode.USAGE;
  }

  /// What a command does.
  interface Work {
    void run(Terminal terminal) throws Exception;
  }

  /// Does it; what it refuses is said in a line for each thing to correct.
  ///
  /// @return the exit code
  int run(Work work) throws Exception {
    try {
      work.run(this);
      return CommandLine.ExitCode.OK;
    } catch (IllegalArgumentException refusal) {
      String.valueOf(refusal.getMessage())
          .lines()
          .forEach(line -> errors.println("troupe: " + line));
      errors.flush();
      return CommandLine.ExitCode.USAGE;
    } finally {
      out.flush();
    }
  }

  Progress progress() {
    var console = System.console();
    return new Progress(errors, console != null && console.isTerminal());
  }

  /// Breaks a text into lines at blanks.
  static String wrapped(String text) {
    var lines = new StringBuilder();
    int column = 0;
    for (var word : text.split(" ", -1)) {
      boolean fits = column + 1 + word.length() <= WIDTH;
      if (column > 0) {
        lines.append(fits ? ' ' : '\n');
        column = fits ? column + 1 : 0;
      }
      lines.append(word);
      column += word.length();
    }
    return lines.append('\n').toString();
  }
}
