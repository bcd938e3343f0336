package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/// Reads steps of the native form, each kind with its own fields, and tasks of the runtime predecessor,
/// which are those without `kind`: a model, a prompt and what it depends on.
final class StepJson {

  private static final Set<String> PROMPTS = Set.of("prompt", "messages", "system");
  private static final StepPolicy HTTP_CHANGING =
      StepPolicy.DEFAULT.withRepeat(Repeat.AT_MOST_ONCE).withRetry(Retry.NONE);

  private static final String READING_METHOD = "GET";

  private StepJson() {}

  /// The steps of a plan.
  static List<Step> steps(List<JsonNode> sent, String place) {
    return steps(sent, place, Names.of(ids(sent, place)));
  }

  /// Steps to be added to a plan.
  ///
  /// @param isThere whether a step is in the plan already
  static List<Step> additions(List<JsonNode> sent, String place, Predicate<String> isThere) {
    return steps(sent, place, Names.of(ids(sent, place)).around(isThere));
  }

  /// The ids of steps, before any is read: a step may refer to any other.
  private static List<String> ids(List<JsonNode> sent, String place) {
    List<String> ids = new ArrayList<>(sent.size());
    for (JsonNode each : sent) {
      ids.add(new Fields(each, place + "/" + ids.size()).id("id").value());
    }
    return ids;
  }

  private static List<Step> steps(List<JsonNode> sent, String place, Names names) {
    List<Step> steps = new ArrayList<>(sent.size());
    for (JsonNode each : sent) {
      Fields fields = new Fields(each, place + "/" + steps.size());
      try {
        steps.add(step(fields, names));
      } catch (InvalidPlanException invalid) {
        throw invalid.at(fields.place());
      }
    }
    return steps;
  }

  private static Step step(Fields fields, Names names) {
    StepId id = fields.id("id");
    String kind = fields.text("kind").orElse("");
    StepKind what = kind.isEmpty() ? task(fields, names) : kind(kind, fields, names);
    StepPolicy usual =
        usual(what instanceof StepKind.HttpTool http ? http.method() : READING_METHOD);
    StepPolicy policy = PolicyJson.step(fields, usual);
    StepKind timed =
        what instanceof StepKind.Approval approval
            ? new StepKind.Approval(approval.question(), policy.timeout())
            : what;
    List<StepId> dependencies =
        fields.firstOf("deps", "depends_on", "dependencies").map(fields::ids).orElse(List.of());
    Map<String, JsonNode> metadata = members(fields, "metadata");
    fields.done();
    return new Step(id, timed, dependencies, policy, metadata);
  }

  /// What a step has that says nothing of how it is treated.
  ///
  /// @param method of a web service; one that changes nothing where the step is of another kind
  static StepPolicy usual(String method) {
    return method.matches("GET|HEAD") ? StepPolicy.DEFAULT : HTTP_CHANGING;
  }

  /// What an object has, whatever that is.
  static Map<String, JsonNode> members(Fields fields, String key) {
    Map<String, JsonNode> members = new HashMap<>();
    fields
        .object(key)
        .ifPresent(each ->
            each.names()
                .forEach(name -> each.any(name).ifPresent(value -> members.put(name, value))));
    return members;
  }

  /// A predecessor's task. Its prompt is sent as it is, but for `${…}` that names a step or an input.
  private static StepKind task(Fields fields, Names names) {
    String prompt = fields.neededText("prompt");
    ModelRef model = model(fields);
    Map<String, Argument> inputs =
        Arguments.named(fields, "inputs", names, TemplateText.Unknown.KEPT);
    Template template =
        fields.within(
            "prompt",
            () -> TemplateText.read(prompt, names, inputs.keySet(), TemplateText.Unknown.KEPT));
    return new StepKind.Llm(
        model,
        List.of(Message.user(template)),
        inputs,
        fields.smallNumber("max_tokens"),
        JsonNodeFactory.instance.objectNode());
  }

  private static StepKind kind(String kind, Fields fields, Names names) {
    return switch (kind) {
      case "llm" -> llm(fields, names);
      case "http" -> http(fields, names);
      case "function", "tool" -> function(fields, names);
      case "map" ->
          new StepKind.MapOver(
              Arguments.read(fields.needed("items"), fields.place("items"), names),
              body(fields, "steps", names, Set.of("item", "index")),
              fields.smallNumber("max_parallel"));
      case "condition" ->
          new StepKind.Condition(
              expression(fields, "if", names),
              branch(fields, "then", names),
              branch(fields, "else", names));
      case "loop" -> loop(fields, names);
      case "wait" -> waiting(fields);
      case "approval" ->
          new StepKind.Approval(
              Arguments.read(fields.needed("question"), fields.place("question"), names),
              Optional.empty());
      case "subrun" -> subRun(fields, names);
      case "join" ->
          new StepKind.Join(
              fields.word("how", StepKind.Join.How.class).orElse(StepKind.Join.How.OBJECT));
      default ->
          throw Fields.invalid(
                  "\""
                      + PlanError.shown(kind)
                      + "\" is no kind of step: llm, http, function, map, condition, loop, wait,"
                      + " approval, subrun or join")
              .at(fields.place("kind"));
    };
  }

  static ModelRef model(Fields fields) {
    Optional<String> role = fields.text("role");
    if (role.isPresent()) {
      if (fields.has("model")) {
        throw Fields.invalid("a step has either a model or a role").at(fields.place("role"));
      }
      return fields.within("role", () -> new ModelRef.InRole(role.get()));
    }
    String name = fields.neededText("model");
    return fields.within("model", () -> ModelRef.of(name));
  }

  private static StepKind llm(Fields fields, Names names) {
    ModelRef model = model(fields);
    Map<String, Argument> inputs =
        Arguments.named(fields, "inputs", names, TemplateText.Unknown.REFUSED);
    List<Message> messages = new ArrayList<>();
    fields
        .text("system")
        .ifPresent(text ->
            messages.add(new Message("system", text(fields, "system", text, names, inputs))));
    messages.addAll(
        fields.list(
            "messages", (value, place) -> message(new Fields(value, place), names, inputs)));
    fields
        .text("prompt")
        .ifPresent(
            text -> messages.add(new Message("user", text(fields, "prompt", text, names, inputs))));
    if (messages.isEmpty()) {
      Optional<InvalidPlanException> misspelt = fields.misspelt(PROMPTS);
      if (misspelt.isPresent()) {
        throw misspelt.get();
      }
    }
    OptionalInt maxTokens = fields.smallNumber("max_tokens");
    JsonNode extras = fields.any("extra").orElseGet(JsonNodeFactory.instance::objectNode);
    if (!extras.isObject()) {
      throw Fields.invalid("an object is expected here").at(fields.place("extra"));
    }
    return new StepKind.Llm(model, messages, inputs, maxTokens, extras);
  }

  private static Message message(Fields fields, Names names, Map<String, Argument> inputs) {
    String role = fields.neededText("role");
    JsonNode content = fields.needed("content");
    fields.done();
    Argument argument =
        content.isTextual()
            ? text(fields, "content", content.textValue(), names, inputs)
            : Arguments.read(content, fields.place("content"), names);
    return fields.within("role", () -> new Message(role, argument));
  }

  private static Argument text(
      Fields fields, String key, String text, Names names, Map<String, Argument> inputs) {
    return new Argument.Text(
        fields.within(
            key,
            () -> TemplateText.read(text, names, inputs.keySet(), TemplateText.Unknown.REFUSED)));
  }

  private static StepKind http(Fields fields, Names names) {
    return new StepKind.HttpTool(
        fields.text("method").orElse("GET"),
        Arguments.read(fields.needed("url"), fields.place("url"), names),
        Arguments.named(fields, "headers", names, TemplateText.Unknown.REFUSED),
        fields.any("body").map(body -> Arguments.read(body, fields.place("body"), names)));
  }

  private static StepKind function(Fields fields, Names names) {
    String key =
        fields.firstOf("name", "tool", "function").orElseThrow(() -> fields.missing("name"));
    Argument arguments =
        fields
            .any("args")
            .map(args -> Arguments.read(args, fields.place("args"), names))
            .orElseGet(() -> new Argument.Merged(Map.of()));
    return new StepKind.Function(fields.neededText(key), arguments);
  }

  private static StepKind loop(Fields fields, Names names) {
    Set<String> bound = Set.of("iteration", "previous");
    List<JsonNode> sent = nodes(fields, "steps");
    Names inner = names.inside(ids(sent, fields.place("steps")), bound);
    int most =
        fields.smallNumber("max_iterations").orElseThrow(() -> fields.missing("max_iterations"));
    return new StepKind.Loop(
        body(fields, "steps", names, bound), expression(fields, "until", inner), most);
  }

  private static StepKind waiting(Fields fields) {
    Optional<Duration> duration = fields.millis("duration_ms");
    Optional<Instant> until =
        fields
            .text("until")
            .map(text -> {
              try {
                return Instant.parse(text);
              } catch (DateTimeParseException unreadable) {
                throw Fields.invalid("a time such as 2026-01-31T08:00:00Z is expected here")
                    .at(fields.place("until"));
              }
            });
    return new StepKind.Wait(duration, until);
  }

  private static StepKind subRun(Fields fields, Names names) {
    List<JsonNode> sent = nodes(fields, "steps");
    Names inner = Names.isolated(ids(sent, fields.place("steps")), Set.of("input"));
    return new StepKind.SubRun(
        body(fields, "steps", sent, inner),
        Arguments.named(fields, "inputs", names, TemplateText.Unknown.REFUSED),
        PolicyJson.run(fields.object("policy"), RunPolicy.DEFAULT));
  }

  private static Expression expression(Fields fields, String key, Names names) {
    String source = fields.neededText(key);
    return fields.within(key, () -> Expression.of(source, names));
  }

  private static Body branch(Fields fields, String key, Names names) {
    List<JsonNode> sent = nodes(fields, key);
    Names inner = names.inside(ids(sent, fields.place(key)), Set.of());
    return new Body(steps(sent, fields.place(key), inner), Optional.empty());
  }

  private static Body body(Fields fields, String key, Names names, Set<String> bound) {
    List<JsonNode> sent = nodes(fields, key);
    return body(fields, key, sent, names.inside(ids(sent, fields.place(key)), bound));
  }

  private static Body body(Fields fields, String key, List<JsonNode> sent, Names inner) {
    Optional<StepId> result =
        fields.has("result") ? Optional.of(fields.id("result")) : Optional.empty();
    return new Body(steps(sent, fields.place(key), inner), result);
  }

  private static List<JsonNode> nodes(Fields fields, String key) {
    return fields.list(key, (value, _) -> value);
  }
}
