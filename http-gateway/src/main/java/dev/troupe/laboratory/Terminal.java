package dev.troupe.laboratory;

import dev.troupe.program.Nearest;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
    var proposal =
        failure instanceof UnmatchedArgumentException unknown
            ? meant(unknown).map(name -> "; did you mean " + name + "?").orElse("")
            : "";
    command
        .getErr()
        .println(
            "troupe: "
                + line
                + proposal
                + " (see ./"
                + command.getCommandSpec().qualifiedName()
                + " --help)");
    return CommandLine.ExitCode.USAGE;
  }

  /// The option or subcommand that the first argument that is none probably was to be. Picocli itself
  /// would propose each option with the same first two letters, and a subcommand however far off.
  private static Optional<String> meant(UnmatchedArgumentException unknown) {
    var spec = unknown.getCommandLine().getCommandSpec();
    var word = unknown.getUnmatched().getFirst().split("=", 2)[0];
    var known = word.startsWith("-") ? longOptions(spec) : subcommands(spec);
    return Nearest.to(word, known.toList());
  }

  private static Stream<String> longOptions(CommandSpec spec) {
    return spec.optionsMap().entrySet().stream()
        .filter(option -> !option.getValue().hidden())
        .map(Map.Entry::getKey)
        .filter(name -> name.startsWith("--"));
  }

  private static Stream<String> subcommands(CommandSpec spec) {
    return spec.subcommands().entrySet().stream()
        .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey);
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
