package dev.troupe.laboratory;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/// The command line that was typed, so that results tell how to get them again.
final class CommandText {

  private CommandText() {}

  /// A line for a POSIX shell.
  static String of(CommandSpec spec) {
    var root = spec.root().commandLine();
    return "./"
        + root.getCommandName()
        + root.getParseResult().originalArgs().stream()
            .map(argument -> " " + quoted(argument))
            .collect(Collectors.joining());
  }

  private static String quoted(String argument) {
    return argument.matches("[\\w@%+=:,./-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
