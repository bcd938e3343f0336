package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// What a step of a [PlanBuilder] does. Immutable; made by the methods here, meant to be imported statically.
///
/// Texts are templates and arguments hold references, as in the native form of plans: `$search.hits[0]` is a
/// part of the result of the step `search`, `Compare ${a} with ${b}.` a text with two results in it. Arguments
/// are of any type that Jackson writes.
public sealed interface StepDraft {

  /// The step in the native form, without what [PlanBuilder] adds.
  ObjectNode json();

  /// A call of a model: see [#llm].
  record Llm(ObjectNode json) implements StepDraft {
    public Llm system(String text) {
      return new Llm(with(json, "system", text));
    }

    public Llm prompt(String text) {
      return new Llm(with(json, "prompt", text));
    }

    /// A message before the prompt, after those said before.
    ///
    /// @param role `user`, `assistant`, `system`, `developer` or `tool`
    public Llm message(String role, String text) {
      ObjectNode copy = json.deepCopy();
      copy.withArray("messages").addObject().put("role", role).put("content", text);
      return new Llm(copy);
    }

    /// A value that `${name}` means in this step's texts, before a step of that name.
    public Llm input(String name, Object value) {
      return new Llm(within(json, "inputs", name, value));
    }

    public Llm maxTokens(int most) {
      return new Llm(with(json, "max_tokens", most));
    }

    /// A further field of the request to the engine, such as `temperature`.
    public Llm extra(String field, Object value) {
      return new Llm(within(json, "extra", field, value));
    }
  }

  /// A request to a web service: see [#http].
  record Http(ObjectNode json) implements StepDraft {
    public Http header(String name, Object value) {
      return new Http(within(json, "headers", name, value));
    }

    public Http body(Object value) {
      return new Http(with(json, "body", value));
    }
  }

  /// A call of a function: see [#function].
  record Function(ObjectNode json) implements StepDraft {
    /// An argument by the name of its parameter.
    public Function with(String parameter, Object value) {
      return new Function(within(json, "args", parameter, value));
    }

    /// All arguments as one: a record or map by parameter, or a list by position.
    public Function withAll(Object arguments) {
      return new Function(StepDraft.with(json, "args", arguments));
    }
  }

  /// Steps once for each item: see [#map].
  record MapOver(ObjectNode json) implements StepDraft {
    /// @param items at a time
    public MapOver maxParallel(int items) {
      return new MapOver(with(json, "max_parallel", items));
    }

    /// The inner step whose result counts; else that of the last one.
    public MapOver result(String step) {
      return new MapOver(with(json, "result", step));
    }
  }

  /// Steps again and again: see [#loop].
  record Loop(ObjectNode json) implements StepDraft {
    /// The inner step whose result counts; else that of the last one.
    public Loop result(String step) {
      return new Loop(with(json, "result", step));
    }
  }

  /// One of two ways: see [#condition].
  record Condition(ObjectNode json) implements StepDraft {
    /// The steps that are taken where the test is not true.
    public Condition otherwise(UnaryOperator<PlanBuilder> steps) {
      return new Condition(with(json, "else", inner(steps)));
    }
  }

  /// A run inside the run: see [#subRun].
  record SubRun(ObjectNode json) implements StepDraft {
    /// A value that `$input.name` means in the inner steps.
    public SubRun input(String name, Object value) {
      return new SubRun(within(json, "inputs", name, value));
    }

    /// The inner step whose result counts; else that of the last one.
    public SubRun result(String step) {
      return new SubRun(with(json, "result", step));
    }
  }

  /// A step that has nothing more to say: [#waitFor], [#approval], [#join].
  record Plain(ObjectNode json) implements StepDraft {}

  /// A call of a model.
  ///
  /// @param model a name, or a role such as `role:fast`
  static Llm llm(String model) {
    return new Llm(of("llm").put("model", model));
  }

  /// A call of a model with one prompt.
  static Llm llm(String model, String prompt) {
    return llm(model).prompt(prompt);
  }

  /// A request to a web service.
  ///
  /// @param url may hold references
  static Http http(String method, String url) {
    return new Http(of("http").put("method", method).put("url", url));
  }

  /// A call of a function of the application, or of a worker that asks for such calls.
  static Function function(String name) {
    return new Function(of("function").put("name", name));
  }

  /// Steps once for each element of an array, with `$item` and `$index`; the result is the list of results.
  ///
  /// @param items a reference such as `$cities.names`, or a list
  static MapOver map(Object items, UnaryOperator<PlanBuilder> steps) {
    return new MapOver(with(with(of("map"), "items", items), "steps", inner(steps)));
  }

  /// Steps that are taken where an expression is true, such as `$score.value > 0.8`.
  static Condition condition(String test, UnaryOperator<PlanBuilder> then) {
    return new Condition(with(of("condition").put("if", test), "then", inner(then)));
  }

  /// Steps again and again, with `$iteration` and `$previous`.
  ///
  /// @param until an expression over what an iteration gave
  static Loop loop(String until, int maxIterations, UnaryOperator<PlanBuilder> steps) {
    return new Loop(
        with(
            of("loop").put("until", until).put("max_iterations", maxIterations),
            "steps",
            inner(steps)));
  }

  /// Nothing, for a time.
  static Plain waitFor(Duration duration) {
    return new Plain(of("wait").put("duration_ms", duration.toMillis()));
  }

  /// Nothing, until a time.
  static Plain waitUntil(Instant time) {
    return new Plain(of("wait").put("until", time.toString()));
  }

  /// A person's answer. Only what depends on it waits; the step's timeout is how long.
  static Plain approval(String question) {
    return new Plain(of("approval").put("question", question));
  }

  /// A run of its own, of the limits that a run has that says nothing. Its steps see nothing outside but
  /// `$input`.
  static SubRun subRun(UnaryOperator<PlanBuilder> steps) {
    return new SubRun(with(of("subrun"), "steps", inner(steps)));
  }

  /// One result of those of the steps it depends on.
  static Plain join(StepKind.Join.How how) {
    return new Plain(of("join").put("how", how.name().toLowerCase(Locale.ROOT)));
  }

  /// As an argument: the result of a step or a part of it, such as `search.hits[0]`.
  static JsonNode result(String reference) {
    return JsonNodeFactory.instance.objectNode().put("$ref", reference);
  }

  /// As an argument: a part of a result, or another value where there is no such part.
  static JsonNode resultOr(String reference, Object otherwise) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("$ref", reference);
    return with(node.put("required", false), "default", otherwise);
  }

  /// As an argument: what an expression comes to, such as `$search.score * 2 > 1`.
  static JsonNode computed(String expression) {
    return JsonNodeFactory.instance.objectNode().put("$expr", expression);
  }

  /// As an argument: exactly this value, whatever looks like a reference in it.
  static JsonNode literal(Object value) {
    return with(JsonNodeFactory.instance.objectNode(), "$literal", value);
  }

  private static ObjectNode of(String kind) {
    return JsonNodeFactory.instance.objectNode().put("kind", kind);
  }

  private static JsonNode inner(UnaryOperator<PlanBuilder> steps) {
    return steps.apply(PlanBuilder.plan()).json();
  }

  private static ObjectNode with(ObjectNode json, String key, Object value) {
    ObjectNode copy = json.deepCopy();
    copy.set(key, PlanBuilder.JSON.valueToTree(value));
    return copy;
  }

  private static ObjectNode within(ObjectNode json, String object, String key, Object value) {
    ObjectNode copy = json.deepCopy();
    copy.withObjectProperty(object).set(key, PlanBuilder.JSON.valueToTree(value));
    return copy;
  }
}
