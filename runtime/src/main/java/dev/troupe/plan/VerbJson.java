package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.program.Identifiers;
import java.util.Optional;

/// Reads what comes with the verbs of runs. A body without a character is an object without fields; a
/// field that means nothing is refused.
public final class VerbJson {

  private static final int MAX_COMMENT = 10_000;

  private VerbJson() {}

  /// A run that begins with the results of another.
  ///
  /// @param id of the new run
  /// @param step from which on it is run again
  public record Again(Optional<String> id, Optional<StepId> step, Optional<Budget> budget) {}

  /// A value that somebody sends a run.
  public record Signal(String name, JsonNode payload) {}

  /// `{id?, task, budget_limit?}`.
  ///
  /// @throws InvalidPlanException if it is something else
  public static Again fork(byte[] body) {
    Fields fields = fields(body);
    StepId step =
        StepId.find(fields.neededText("task"))
            .orElseThrow(
                () -> Fields.invalid("no step has so long an id").at(fields.place("task")));
    return again(fields, Optional.of(step));
  }

  /// `{id?, budget_limit?}`.
  ///
  /// @throws InvalidPlanException if it is something else
  public static Again rerun(byte[] body) {
    return again(fields(body), Optional.empty());
  }

  private static Again again(Fields fields, Optional<StepId> step) {
    Optional<String> id = fields.text("id");
    if (id.isPresent() && !Identifiers.isValid(id.get())) {
      throw Fields.invalid(
              "an id has 1 to " + Identifiers.MAX_LENGTH + " characters, none of control")
          .at(fields.place("id"));
    }
    Optional<Budget> budget = fields.object("budget_limit").map(PolicyJson::budget);
    fields.done();
    return new Again(id, step, budget);
  }

  /// `{budget_limit: {amount?, currency?, tokens?, calls?}}`.
  ///
  /// @throws InvalidPlanException if it is something else
  public static Budget budget(byte[] body) {
    Fields fields = fields(body);
    Budget budget =
        PolicyJson.budget(new Fields(fields.needed("budget_limit"), fields.place("budget_limit")));
    fields.done();
    return budget;
  }

  /// `{name, payload?}`.
  ///
  /// @throws InvalidPlanException if it is something else
  public static Signal signal(byte[] body) {
    Fields fields = fields(body);
    String name = fields.neededText("name");
    if (!Identifiers.isValid(name)) {
      throw Fields.invalid(
              "a name has 1 to " + Identifiers.MAX_LENGTH + " characters, none of control")
          .at(fields.place("name"));
    }
    JsonNode payload = fields.any("payload").orElse(NullNode.instance);
    fields.done();
    return new Signal(name, payload);
  }

  /// `{comment?}`: what a person says to an answer.
  ///
  /// @throws InvalidPlanException if it is something else
  public static String comment(byte[] body) {
    Fields fields = fields(body);
    String comment = fields.text("comment").orElse("");
    fields.done();
    if (comment.length() > MAX_COMMENT) {
      throw Fields.invalid("a comment has at most " + MAX_COMMENT + " characters")
          .at(fields.place("comment"));
    }
    return comment;
  }

  private static Fields fields(byte[] body) {
    return new Fields(
        body.length == 0 ? JsonNodeFactory.instance.objectNode() : PlanText.json(body), "");
  }
}
