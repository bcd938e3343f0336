package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// What a step does.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StepKind.Llm.class, name = "llm"),
  @JsonSubTypes.Type(value = StepKind.HttpTool.class, name = "http"),
  @JsonSubTypes.Type(value = StepKind.Function.class, name = "function"),
  @JsonSubTypes.Type(value = StepKind.MapOver.class, name = "map"),
  @JsonSubTypes.Type(value = StepKind.Condition.class, name = "condition"),
  @JsonSubTypes.Type(value = StepKind.Loop.class, name = "loop"),
  @JsonSubTypes.Type(value = StepKind.Wait.class, name = "wait"),
  @JsonSubTypes.Type(value = StepKind.Approval.class, name = "approval"),
  @JsonSubTypes.Type(value = StepKind.SubRun.class, name = "subrun"),
  @JsonSubTypes.Type(value = StepKind.Join.class, name = "join")
})
public sealed interface StepKind {

  /// Calls `visitor` with every reference in this step, those of its bodies among them.
  void eachReference(Consumer<Argument.Reference> visitor);

  /// The bodies by the name of their instances' first part, in order.
  default Map<String, Body> bodies() {
    return Map.of();
  }

  /// The names that its bodies find bound: what `$item` means in a map.
  default Set<String> bound() {
    return Set.of();
  }

  /// A call of a model.
  ///
  /// @param inputs named values that `${name}` in the messages means before any step of that name
  /// @param extras further fields of the request to the engine, as they are; an object
  record Llm(
      ModelRef model,
      List<Message> messages,
      Map<String, Argument> inputs,
      OptionalInt maxTokens,
      JsonNode extras)
      implements StepKind {
    public Llm {
      messages = List.copyOf(messages);
      inputs = ordered(inputs);
      extras = extras.deepCopy();
      if (messages.isEmpty()) {
        throw invalid("an llm step needs a prompt or messages");
      }
      if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
        throw invalid("max_tokens must be more than 0");
      }
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      messages.forEach(each -> each.content().eachReference(visitor));
      inputs.values().forEach(each -> each.eachReference(visitor));
    }
  }

  /// A request to a web service. Anything but GET and HEAD may change something there, and is by default
  /// not made twice.
  record HttpTool(
      String method, Argument url, Map<String, Argument> headers, Optional<Argument> body)
      implements StepKind {

    private static final Set<String> METHODS =
        Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    public HttpTool {
      headers = ordered(headers);
      if (!METHODS.contains(method)) {
        throw invalid("method must be one of GET, HEAD, POST, PUT, PATCH, DELETE");
      }
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      url.eachReference(visitor);
      headers.values().forEach(each -> each.eachReference(visitor));
      body.ifPresent(each -> each.eachReference(visitor));
    }
  }

  /// A tool or function by name: whatever the [ToolCatalog] has under it (a callback in the JVM, a worker
  /// outside, a configured web service).
  ///
  /// @param arguments an object by parameter, or a sequence by position
  record Function(String name, Argument arguments) implements StepKind {
    public Function {
      if (!StepId.isLocal(name)) {
        throw invalid("\"" + PlanError.shown(name) + "\" is no name of a tool or function");
      }
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      arguments.eachReference(visitor);
    }
  }

  /// Its body once for each element of an array, with `item` and `index` (from 0) bound. The result is the
  /// array of the bodies' results, in the order of the items. Instances are `id[0]`, `id[1]`, …
  ///
  /// @param maxParallel items at a time; all that the run allows where empty
  record MapOver(Argument items, Body body, OptionalInt maxParallel) implements StepKind {

    private static final Set<String> BOUND = Set.of("item", "index");

    public MapOver {
      notEmpty(body);
      if (maxParallel.isPresent() && maxParallel.getAsInt() < 1) {
        throw invalid("max_parallel must be more than 0");
      }
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      items.eachReference(visitor);
      body.eachReference(visitor);
    }

    @Override
    public Map<String, Body> bodies() {
      return Map.of("", body);
    }

    @Override
    public Set<String> bound() {
      return BOUND;
    }
  }

  /// One of two bodies. The result is the result of the one taken, or null where that is empty.
  /// Instances are `id[then]` and `id[else]`.
  record Condition(Expression test, Body then, Body otherwise) implements StepKind {

    public static final String THEN = "then";
    public static final String ELSE = "else";

    public Condition {
      if (then.steps().isEmpty() && otherwise.steps().isEmpty()) {
        throw invalid("a condition needs steps in then or else");
      }
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      test.references().forEach(visitor);
      then.eachReference(visitor);
      otherwise.eachReference(visitor);
    }

    @Override
    public Map<String, Body> bodies() {
      Map<String, Body> bodies = new LinkedHashMap<>();
      bodies.put(THEN, then);
      bodies.put(ELSE, otherwise);
      return Collections.unmodifiableMap(bodies);
    }
  }

  /// Its body again and again, until an expression is true of what the last iteration gave, or there were
  /// `maxIterations`. In the body, `iteration` (from 0) and `previous` (the result of the iteration
  /// before, null in the first) are bound; in `until`, those and the steps of the body, `previous` being
  /// the result of the iteration that just ended. The result is the last iteration's. Instances are
  /// `id[0]`, `id[1]`, …
  record Loop(Body body, Expression until, int maxIterations) implements StepKind {

    private static final Set<String> BOUND = Set.of("iteration", "previous");
    private static final int MAX_ITERATIONS = 10_000;

    public Loop {
      notEmpty(body);
      if (maxIterations < 1 || maxIterations > MAX_ITERATIONS) {
        throw invalid("max_iterations must be 1 to " + MAX_ITERATIONS);
      }
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      until.references().forEach(visitor);
      body.eachReference(visitor);
    }

    @Override
    public Map<String, Body> bodies() {
      return Map.of("", body);
    }

    @Override
    public Set<String> bound() {
      return BOUND;
    }
  }

  /// Nothing, for a time or until a time. Exactly one of the two is there.
  record Wait(Optional<Duration> duration, Optional<Instant> until) implements StepKind {
    public Wait {
      if (duration.isPresent() == until.isPresent()) {
        throw invalid("a wait step has either a duration or a time until which it waits");
      }
      duration.ifPresent(each -> Durations.check("duration", each));
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {}
  }

  /// A person's answer. Until it comes, only what depends on this step waits. A refusal, and silence
  /// beyond the timeout, fail the step.
  record Approval(Argument question, Optional<Duration> timeout) implements StepKind {
    public Approval {
      timeout.ifPresent(each -> Durations.check("timeout", each));
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      question.eachReference(visitor);
    }
  }

  /// A run of its own inside this one, with its own limits and budget. Its steps see nothing outside but
  /// `input`, an object of the inputs. The only instance is `id[run]`.
  record SubRun(Body body, Map<String, Argument> inputs, RunPolicy policy) implements StepKind {

    public static final String RUN = "run";
    private static final Set<String> BOUND = Set.of("input");

    public SubRun {
      notEmpty(body);
      inputs = ordered(inputs);
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {
      inputs.values().forEach(each -> each.eachReference(visitor));
    }

    @Override
    public Map<String, Body> bodies() {
      return Map.of(RUN, body);
    }

    @Override
    public Set<String> bound() {
      return BOUND;
    }
  }

  /// The results of the steps it depends on, as one.
  record Join(How how) implements StepKind {

    /// The form of the result.
    public enum How {
      /// An object of the results by the ids of their steps.
      OBJECT,
      /// An array of the results, in the order of the dependencies.
      LIST,
      /// Their texts in that order, an empty line between them.
      TEXT,
      /// The result that was there first. The step still waits for all, as every step does.
      FIRST
    }

    @Override
    public void eachReference(Consumer<Argument.Reference> visitor) {}
  }

  private static Map<String, Argument> ordered(Map<String, Argument> map) {
    return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static void notEmpty(Body body) {
    if (body.steps().isEmpty()) {
      throw invalid("the step needs steps inside");
    }
  }

  private static InvalidPlanException invalid(String message) {
    return InvalidPlanException.of(PlanError.Code.INVALID_INPUT, message);
  }
}
