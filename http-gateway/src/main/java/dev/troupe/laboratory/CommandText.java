package dev.troupe.laboratory;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/// The command line that was typed.
final class CommandText {

  private CommandText() {}

  /// A line for a POSIX shell, so that results tell how to get them again.
  static String of(CommandSpec spec) {
    return line(spec, arguments(spec));
  }

  /// Options before a subcommand are those of the command above it, which does not run: they would
  /// have no effect.
  ///
  /// @throws IllegalArgumentException if there are some, with the line that was probably meant
  static void requireOptionsAfter(CommandSpec subcommand) {
    var above = subcommand.parent();
    if (above != null && !above.commandLine().getParseResult().matchedOptions().isEmpty()) {
      var meant = new ArrayList<>(arguments(subcommand));
      meant.remove(subcommand.name());
      meant.add(meant.indexOf(above.name()) + 1, subcommand.name());
      throw new IllegalArgumentException(
          "options come after '%s': %s".formatted(subcommand.name(), line(subcommand, meant)));
    }
  }

  private static List<String> arguments(CommandSpec spec) {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  private static String line(CommandSpec spec, List<String> arguments) {
    return "./"
        + spec.root().name()
        + arguments.stream().map(argument -> " " + quoted(argument)).collect(Collectors.joining());
  }

  private static String quoted(String argument) {
    return argument.matches("[\\w@%+=:,./-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
