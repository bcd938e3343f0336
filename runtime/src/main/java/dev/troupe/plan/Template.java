package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// A text with holes. Each hole names a result, or an input of the step, whose text takes its place.
public record Template(List<Part> parts) {

  /// A piece of a template.
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Fixed.class, name = "fixed"),
    @JsonSubTypes.Type(value = Hole.class, name = "hole"),
    @JsonSubTypes.Type(value = Input.class, name = "input")
  })
  public sealed interface Part {}

  /// Text that stays.
  public record Fixed(String text) implements Part {}

  /// The result of a step.
  public record Hole(Argument.Reference reference) implements Part {}

  /// One of the step's own inputs.
  public record Input(String name, ResultPath path) implements Part {}

  public Template {
    parts = List.copyOf(parts);
  }

  /// A text without holes, whatever characters it has.
  public static Template fixed(String text) {
    return new Template(List.of(new Fixed(text)));
  }

  public void eachReference(Consumer<Argument.Reference> visitor) {
    for (Part part : parts) {
      if (part instanceof Hole hole) {
        visitor.accept(hole.reference());
      }
    }
  }

  /// The text with every hole filled.
  public String fill(
      Function<Argument.Reference, String> ofReference, Function<Input, String> ofInput) {
    if (parts.size() == 1 && parts.getFirst() instanceof Fixed fixed) {
      return fixed.text();
    }
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(
          switch (part) {
            case Fixed fixed -> fixed.text();
            case Hole hole -> ofReference.apply(hole.reference());
            case Input input -> ofInput.apply(input);
          });
    }
    return text.toString();
  }

  /// Characters that are fixed.
  public long fixedChars() {
    return parts.stream()
        .mapToLong(part -> part instanceof Fixed fixed ? fixed.text().length() : 0)
        .sum();
  }
}
