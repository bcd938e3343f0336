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
  static void require(String what, String name, List<Choice> choices) {
    if (!names(choices).contains(name)) {
      throw new IllegalArgumentException(
          "no " + what + " named " + name + "; there are " + String.join(", ", names(choices)));
    }
  }
}
