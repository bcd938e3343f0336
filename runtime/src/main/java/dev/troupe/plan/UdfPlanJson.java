package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads a plan as DeerFlow's planner writes it: `{locale, has_enough_context, thought, title, steps:
/// [{need_search, title, description, step_type}]}`. The steps are named `step-1`, `step-2`, … in the
/// order of the list, finished ones (those with an `execution_res`) too, so that numbers never shift.
final class UdfPlanJson {

  /// It is repeated in the prompt of each step.
  private static final int MAX_TITLE_CHARS = 1_000;

  private UdfPlanJson() {}

  static boolean isOutline(JsonNode plan) {
    return plan.isObject()
        && plan.path("steps").isArray()
        && (plan.has("locale") || plan.has("has_enough_context") || plan.has("thought"));
  }

  /// @param model that does the steps
  /// @param maxTokens of each of its answers
  static Submission.Outlined read(
      JsonNode plan, String place, ModelRef model, OptionalInt maxTokens) {
    Fields fields = new Fields(plan, place);
    List<Step> steps = new ArrayList<>();
    List<Outline.Item> items = new ArrayList<>();
    String title = fields.text("title").orElse("");
    if (title.length() > MAX_TITLE_CHARS) {
      throw InvalidPlanException.of(
              PlanError.Code.TOO_LARGE, "a title has at most " + MAX_TITLE_CHARS + " characters")
          .at(fields.place("title"));
    }
    fields.list(
        "steps",
        (value, where) -> {
          Fields step = new Fields(value, where);
          Outline.Item item = item(step, items.size() + 1);
          items.add(item);
          steps.add(step(item, step.text("execution_res"), prompt(item, title), model, maxTokens));
          step.done();
          return item;
        });
    Outline outline =
        new Outline(
            fields.text("locale").orElse(""),
            fields.flag("has_enough_context").orElse(false),
            fields.text("thought").orElse(""),
            title,
            items);
    fields.done();
    if (items.isEmpty()) {
      throw Fields.invalid("a plan needs at least one step").at(fields.place("steps"));
    }
    return new Submission.Outlined(outline, steps);
  }

  private static Outline.Item item(Fields fields, int number) {
    boolean needsSearch =
        fields.firstOf("need_search", "need_web_search").flatMap(fields::flag).orElse(false);
    StepId id = fields.has("id") ? fields.id("id") : StepId.local("step-" + number);
    String title = fields.neededText("title");
    String description = fields.text("description").orElse("");
    Optional<List<StepId>> dependencies =
        fields.firstOf("deps", "depends_on", "dependencies").map(fields::ids);
    return new Outline.Item(
        id, needsSearch, title, description, type(fields, needsSearch), dependencies);
  }

  private static Outline.Type type(Fields fields, boolean needsSearch) {
    Optional<String> word = fields.text("step_type").map(each -> each.toLowerCase(Locale.ROOT));
    if (word.isEmpty()) {
      return needsSearch ? Outline.Type.RESEARCH : Outline.Type.PROCESSING;
    }
    return switch (word.get()) {
      case "research" -> Outline.Type.RESEARCH;
      case "processing", "analysis", "code" -> Outline.Type.PROCESSING;
      case "reporting", "report", "writing" -> Outline.Type.REPORTING;
      default ->
          throw Fields.invalid("step_type is research, processing or reporting")
              .at(fields.place("step_type"));
    };
  }

  private static String prompt(Outline.Item item, String title) {
    return (title.isEmpty() ? "" : "Overall task: " + title + "\n\n")
        + "Current step: "
        + item.title()
        + (item.description().isEmpty() ? "" : "\n\n" + item.description());
  }

  private static Step step(
      Outline.Item item,
      Optional<String> result,
      String prompt,
      ModelRef model,
      OptionalInt maxTokens) {
    StepKind kind =
        new StepKind.Llm(
            model,
            List.of(Message.user(Template.fixed(prompt))),
            Map.of(),
            maxTokens,
            JsonNodeFactory.instance.objectNode());
    Map<String, JsonNode> metadata =
        result.isPresent()
            ? Map.of(
                "title", new TextNode(item.title()),
                "need_search", BooleanNode.valueOf(item.needsSearch()),
                "execution_res", new TextNode(result.get()))
            : Map.of(
                "title",
                new TextNode(item.title()),
                "need_search",
                BooleanNode.valueOf(item.needsSearch()));
    return new Step(item.id(), kind, List.of(), StepPolicy.DEFAULT, metadata);
  }
}
