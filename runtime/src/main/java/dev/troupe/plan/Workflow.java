package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.program.Identifiers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// Reads workflows of roles: `{name, type, steps: [{id, role, depends_on, outputs}], models: {role: model},
/// policy, optional_roles, optional_enabled}`. A step is a model's call in its role, with the model that
/// `models` gives the role.
final class Workflow {

  /// What a workflow has that says nothing: five minutes, one step at a time, ten dollars.
  static final RunPolicy USUAL =
      RunPolicy.DEFAULT
          .withTimeout(Duration.ofMinutes(5))
          .withMaxParallelism(1)
          .withBudget(Budget.ofMoney(10_000_000, Budget.DEFAULT_CURRENCY));

  private static final ModelRef USUAL_MODEL = new ModelRef.InRole("balanced");

  private record Read(StepId id, String role, List<StepId> dependencies, Step step) {}

  private Workflow() {}

  /// @return the steps, and the policy beside them
  static Map.Entry<List<Step>, RunPolicy> read(JsonNode sent, String place) {
    Fields fields = new Fields(sent, place);
    String name = fields.neededText("name");
    if (!Identifiers.isValid(name)) {
      throw Fields.invalid(
              "a name has 1 to " + Identifiers.MAX_LENGTH + " characters, none of control")
          .at(fields.place("name"));
    }
    String type = fields.text("type").orElse("");
    Map<String, ModelRef> models = models(fields);
    List<String> optionalRoles = fields.texts("optional_roles");
    List<String> enabled = fields.texts("optional_enabled");
    List<Read> all =
        fields.list("steps", (value, where) -> step(new Fields(value, where), name, models));
    RunPolicy policy = PolicyJson.run(fields.object("policy"), USUAL);
    fields.text("description");
    fields.done();
    if (all.isEmpty()) {
      throw Fields.invalid("a workflow needs at least one step").at(fields.place("steps"));
    }
    checkSound(all, fields);
    try {
      WorkflowRoles.check(
          type,
          all.stream()
              .map(each -> new WorkflowRoles.Placed(each.id(), each.role(), each.dependencies()))
              .toList());
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place("steps"));
    }
    List<Read> kept = withoutDisabled(all, optionalRoles, enabled, fields);
    return Map.entry(kept.stream().map(Read::step).toList(), policy);
  }

  private static Map<String, ModelRef> models(Fields fields) {
    Map<String, ModelRef> models = new HashMap<>();
    fields
        .object("models")
        .ifPresent(each ->
            each.names()
                .forEach(role -> {
                  String model = each.neededText(role);
                  models.put(role, each.within(role, () -> ModelRef.of(model)));
                }));
    return models;
  }

  private static Read step(Fields fields, String workflow, Map<String, ModelRef> models) {
    StepId id = fields.id("id");
    String role = fields.neededText("role");
    List<StepId> dependencies = fields.ids("depends_on");
    List<String> outputs = fields.texts("outputs");
    String prompt =
        fields
            .text("prompt")
            .orElse(
                "You are the "
                    + role
                    + " of the workflow \""
                    + workflow
                    + "\". Do your part with what the steps before you found."
                    + (outputs.isEmpty() ? "" : "\nProduce: " + String.join(", ", outputs)));
    fields.done();
    StepKind kind =
        new StepKind.Llm(
            models.getOrDefault(role, USUAL_MODEL),
            List.of(Message.user(Template.fixed(prompt))),
            Map.of(),
            OptionalInt.empty(),
            JsonNodeFactory.instance.objectNode());
    Map<String, JsonNode> metadata = new HashMap<>();
    metadata.put("role", new TextNode(role));
    if (!outputs.isEmpty()) {
      metadata.put(
          "outputs",
          outputs.stream()
              .reduce(
                  JsonNodeFactory.instance.arrayNode(),
                  (array, each) -> array.add(each),
                  (left, _) -> left));
    }
    Step step = new Step(id, kind, dependencies, StepPolicy.DEFAULT, metadata);
    return new Read(id, role, dependencies, step);
  }

  /// The graph before the roles: an unknown dependency is told as such, not as a misplaced role.
  private static void checkSound(List<Read> all, Fields fields) {
    try {
      Plan.of(all.stream().map(Read::step).toList());
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place("steps"));
    }
  }

  /// Steps in optional roles are left out unless enabled; where nothing is said of enabling, all stay.
  private static List<Read> withoutDisabled(
      List<Read> all, List<String> optionalRoles, List<String> enabled, Fields fields) {
    Set<String> optional = new HashSet<>(optionalRoles);
    for (String role : enabled) {
      if (!optional.contains(role)) {
        throw Fields.invalid("\"" + PlanError.shown(role) + "\" is none of optional_roles")
            .at(fields.place("optional_enabled"));
      }
    }
    if (!fields.has("optional_enabled")) {
      return all;
    }
    List<Read> kept = new ArrayList<>();
    for (Read each : all) {
      if (!optional.contains(each.role()) || enabled.contains(each.role())) {
        kept.add(each);
      }
    }
    return kept;
  }
}
