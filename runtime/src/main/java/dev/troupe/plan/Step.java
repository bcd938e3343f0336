package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One node of a plan.
///
/// @param dependencies the steps that must have ended first, without repetition, in the order written
/// @param metadata whatever the author wants to find again; means nothing here
public record Step(
    StepId id,
    StepKind kind,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<StepId> dependencies,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = StepPolicy.Usual.class)
        StepPolicy policy,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, JsonNode> metadata) {

  public Step {
    dependencies = List.copyOf(dependencies);
    metadata = metadata.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /// As it was stored; what is as usual was left out.
  @JsonCreator
  static Step stored(
      @JsonProperty("id") StepId id,
      @JsonProperty("kind") StepKind kind,
      @JsonProperty("dependencies") @Nullable List<StepId> dependencies,
      @JsonProperty("policy") @Nullable StepPolicy policy,
      @JsonProperty("metadata") @Nullable Map<String, JsonNode> metadata) {
    return new Step(
        id,
        kind,
        dependencies == null ? List.of() : dependencies,
        policy == null ? StepPolicy.DEFAULT : policy,
        metadata == null ? Map.of() : metadata);
  }

  public Step(StepId id, StepKind kind, List<StepId> dependencies) {
    this(id, kind, dependencies, StepPolicy.DEFAULT, Map.of());
  }

  /// Characters of its texts, those of the steps inside it too; roughly, as numbers and names of fields count.
  public long textChars() {
    return PlanSize.of(this).chars();
  }

  public Step withDependencies(List<StepId> others) {
    return new Step(id, kind, others, policy, metadata);
  }

  public Step withPolicy(StepPolicy other) {
    return new Step(id, kind, dependencies, other, metadata);
  }
}
