package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A value that a step is given when it starts. Known at once, or found among the results of the steps
/// it depends on.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Argument.Literal.class, name = "literal"),
  @JsonSubTypes.Type(value = Argument.Reference.class, name = "reference"),
  @JsonSubTypes.Type(value = Argument.Computed.class, name = "computed"),
  @JsonSubTypes.Type(value = Argument.Merged.class, name = "merged"),
  @JsonSubTypes.Type(value = Argument.Sequence.class, name = "sequence"),
  @JsonSubTypes.Type(value = Argument.Text.class, name = "text")
})
public sealed interface Argument {

  /// Calls `visitor` with every reference in this, in the order written.
  void eachReference(Consumer<Reference> visitor);

  /// A value as it is. The tree is the plan's: nobody changes it.
  record Literal(JsonNode value) implements Argument {
    public Literal {
      value = value.isContainerNode() ? value.deepCopy() : value;
    }

    @Override
    public void eachReference(Consumer<Reference> visitor) {}
  }

  /// The result of another step, or a part of it.
  ///
  /// @param step a step of the same plan, or of one around it, or a name that a body binds (`item`,
  ///     `index`, `iteration`, `previous`, `input`)
  /// @param required whether the step fails where there is no such part and no default
  /// @param defaultValue taken where there is no such part
  record Reference(
      StepId step,
      ResultPath path,
      boolean required,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<JsonNode> defaultValue)
      implements Argument {

    /// As it was stored. A default that is null is another thing than none.
    @JsonCreator
    static Reference stored(
        @JsonProperty("step") StepId step,
        @JsonProperty("path") ResultPath path,
        @JsonProperty("required") boolean required,
        @JsonProperty("defaultValue") @Nullable JsonNode defaultValue) {
      return new Reference(step, path, required, Optional.ofNullable(defaultValue));
    }

    /// A required one without default.
    public static Reference to(StepId step, ResultPath path) {
      return new Reference(step, path, true, Optional.empty());
    }

    @Override
    public void eachReference(Consumer<Reference> visitor) {
      visitor.accept(this);
    }

    @Override
    public String toString() {
      return "$" + step + path;
    }
  }

  /// What an expression comes to.
  record Computed(Expression expression) implements Argument {
    @Override
    public void eachReference(Consumer<Reference> visitor) {
      expression.references().forEach(visitor);
    }
  }

  /// An object whose fields are arguments, in the order written.
  record Merged(Map<String, Argument> fields) implements Argument {
    public Merged {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    @Override
    public void eachReference(Consumer<Reference> visitor) {
      fields.values().forEach(each -> each.eachReference(visitor));
    }
  }

  /// An array whose elements are arguments.
  record Sequence(List<Argument> elements) implements Argument {
    public Sequence {
      elements = List.copyOf(elements);
    }

    @Override
    public void eachReference(Consumer<Reference> visitor) {
      elements.forEach(each -> each.eachReference(visitor));
    }
  }

  /// A text with references in it.
  record Text(Template template) implements Argument {
    @Override
    public void eachReference(Consumer<Reference> visitor) {
      template.eachReference(visitor);
    }
  }
}
