package dev.troupe.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads templates. `${name.path}` and `$name.path` are references where the name is known, or inputs
/// where the step has such an input; a `$` that would begin one is written `$$`.
///
/// Cost: the length of the text, plus that of the longest known name for each `$`.
final class TemplateText {

  /// What becomes of `${…}` that names nothing.
  enum Unknown {
    /// The plan is refused.
    REFUSED,
    /// It is text, as a shell's variable in a prompt is.
    KEPT
  }

  private final String text;
  private final Names names;
  private final Names inputs;
  private final Unknown unknown;
  private final List<Template.Part> parts = new ArrayList<>();
  private final StringBuilder fixed = new StringBuilder();
  private int at;

  private TemplateText(String text, Names names, Names inputs, Unknown unknown) {
    this.text = text;
    this.names = names;
    this.inputs = inputs;
    this.unknown = unknown;
  }

  /// @throws InvalidPlanException if it refers to what is not known
  static Template read(String text, Names names, Set<String> inputs, Unknown unknown) {
    return text.indexOf('$') < 0
        ? Template.fixed(text)
        : new TemplateText(text, names, Names.of(inputs), unknown).template();
  }

  private Template template() {
    while (at < text.length()) {
      int dollar = text.indexOf('$', at);
      if (dollar < 0) {
        dollar = text.length();
      }
      fixed.append(text, at, dollar);
      at = dollar;
      if (at < text.length()) {
        dollar();
      }
    }
    close();
    return new Template(parts.isEmpty() ? List.of(new Template.Fixed("")) : parts);
  }

  private void dollar() {
    if (text.startsWith("$$", at) && isHoleAt(at + 1)) {
      fixed.append('$');
      at += 2;
      int brace = text.startsWith("{", at) ? 1 : 0;
      fixed.append(text, at, at + brace);
      at += brace;
    } else if (text.startsWith("{", at + 1)) {
      braced();
    } else {
      bare();
    }
  }

  /// Whether the `$` at a place begins a reference, or a `${` that would be refused.
  private boolean isHoleAt(int dollar) {
    return text.startsWith("${", dollar)
        ? unknown == Unknown.REFUSED || hole(dollar + 2).isPresent()
        : hole(dollar + 1).isPresent();
  }

  private record Piece(Template.Part part, int end) {}

  private Optional<Piece> hole(int from) {
    Optional<Piece> input = input(from);
    return input.isPresent()
        ? input
        : References.at(text, from, names)
            .map(found -> new Piece(new Template.Hole(found.reference()), found.end()));
  }

  private Optional<Piece> input(int from) {
    return inputs
        .longestAt(text, from)
        .map(name -> {
          PathText path = new PathText(text, from + name.length());
          return new Piece(new Template.Input(name, path.path()), path.end());
        });
  }

  private void braced() {
    Optional<Piece> piece = hole(at + 2);
    if (piece.isPresent() && text.startsWith("}", piece.get().end())) {
      add(piece.get().part());
      at = piece.get().end() + 1;
    } else if (unknown == Unknown.REFUSED) {
      throw refused();
    } else {
      fixed.append("${");
      at += 2;
    }
  }

  private InvalidPlanException refused() {
    int end = text.indexOf('}', at);
    String shown = PlanError.shown(text.substring(at, end < 0 ? text.length() : end + 1));
    return InvalidPlanException.of(
        PlanError.Code.DEP_NOT_FOUND,
        "\""
            + shown
            + "\" refers to no step, input or bound name; write $"
            + PlanError.shown(shown)
            + " for the text itself");
  }

  private void bare() {
    Optional<Piece> piece = hole(at + 1);
    if (piece.isPresent()) {
      add(piece.get().part());
      at = piece.get().end();
    } else {
      fixed.append('$');
      at++;
    }
  }

  private void add(Template.Part part) {
    close();
    parts.add(part);
  }

  private void close() {
    if (!fixed.isEmpty()) {
      parts.add(new Template.Fixed(fixed.toString()));
      fixed.setLength(0);
    }
  }
}
