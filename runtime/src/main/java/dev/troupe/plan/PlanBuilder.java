package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// A plan in the making, for applications on the JVM. Immutable: every method returns another builder. The plan
/// is the one that the native form makes of the same steps, with the same defaults and the same refusals.
///
/// ```java
/// Plan plan = PlanBuilder.plan()
///     .step("cities", function("search").with("query", "cities"))
///     .step("each", map("$cities.names", city -> city
///         .step("read", function("fetch").with("city", "$item"))
///         .step("sum", llm("role:fast", "City ${index} in one line: ${read}"))))
///     .step("all", llm("role:balanced", "A guide from: ${each}"))
///     .build();
/// ```
public final class PlanBuilder {

  /// Writes arguments.
  static final ObjectMapper JSON = new ObjectMapper();

  private static final PlanBuilder EMPTY = new PlanBuilder(Optional.empty(), Optional.empty());

  /// The last step; those before it are in the builder that this one was made of.
  private final Optional<JsonNode> last;

  private final Optional<PlanBuilder> before;

  private PlanBuilder(Optional<JsonNode> last, Optional<PlanBuilder> before) {
    this.last = last;
    this.before = before;
  }

  /// A plan without steps.
  public static PlanBuilder plan() {
    return EMPTY;
  }

  /// The same plan with one more step.
  ///
  /// @param after steps that must have ended first, beside those it refers to
  public PlanBuilder step(String id, StepDraft draft, String... after) {
    return step(id, draft, usual -> usual, after);
  }

  /// The same plan with one more step that is treated in its own way.
  ///
  /// @param policy changes how a step of its kind is treated as a rule
  /// @param after steps that must have ended first, beside those it refers to
  /// @throws InvalidPlanException if no step can be treated so
  public PlanBuilder step(
      String id, StepDraft draft, UnaryOperator<StepPolicy> policy, String... after) {
    ObjectNode step = JsonNodeFactory.instance.objectNode().put("id", id);
    step.setAll(draft.json());
    StepPolicy usual = StepJson.usual(draft.json().path("method").asText("GET"));
    step.setAll(PolicyText.of(policy.apply(usual), usual));
    if (after.length > 0) {
      Arrays.stream(after).forEach(step.putArray("deps")::add);
    }
    // Numbers are what they would be if they had been sent.
    JsonNode sent = PlanText.json(step.toString().getBytes(StandardCharsets.UTF_8));
    return new PlanBuilder(Optional.of(sent), Optional.of(this));
  }

  /// The plan.
  ///
  /// @throws InvalidPlanException if the steps make none
  public Plan build() {
    return Plan.of(StepJson.steps(nodes(), "/tasks"));
  }

  /// The steps alone, to be added to a run.
  ///
  /// @param isThere whether the run has a step of an id that these refer to
  /// @throws InvalidPlanException if they are no steps
  public List<Step> steps(Predicate<String> isThere) {
    return StepJson.additions(nodes(), "/tasks", isThere);
  }

  /// The steps in the native form, as `tasks` of `POST /v1/runs`.
  public JsonNode json() {
    return JsonNodeFactory.instance.arrayNode().addAll(nodes());
  }

  private List<JsonNode> nodes() {
    List<JsonNode> nodes = new ArrayList<>();
    Optional<PlanBuilder> at = Optional.of(this);
    while (at.isPresent()) {
      at.get().last.ifPresent(nodes::add);
      at = at.get().before;
    }
    return nodes.reversed();
  }
}
