package dev.troupe.laboratory;

import java.util.List;

/// A name that a user can give.
///
/// @param meaning one line
public record Choice(String name, String meaning) {

  static List<String> names(List<Choice> choices) {
    return choices.stream().map(Choice::name).toList();
  }

  /// @throws IllegalArgumentException when no choice has that name, with those there are
  static void require(String option, String what, String name, List<Choice> choices) {
    if (!names(choices).contains(name)) {
      throw new IllegalArgumentException(
          "%s: no %s named %s; there are %s"
              .formatted(option, what, name, String.join(", ", names(choices))));
    }
  }
}
