package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Body;
import dev.troupe.plan.Message;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.ResultPath;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.StepPolicy;
import dev.troupe.plan.Template;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Steps and policies for tests.
final class Steps {

  private Steps() {}

  static StepId id(String value) {
    return new StepId(value);
  }

  static List<StepId> ids(String... values) {
    return Arrays.stream(values).map(Steps::id).toList();
  }

  /// A function that depends on some others, and is tried once.
  static Step step(String id, String... dependencies) {
    return new Step(
        id(id),
        new StepKind.Function("f", new Argument.Merged(Map.of())),
        ids(dependencies),
        StepPolicy.DEFAULT.withRetry(Retry.NONE),
        Map.of());
  }

  static Step with(Step step, UnaryOperator<StepPolicy> change) {
    return step.withPolicy(change.apply(step.policy()));
  }

  static Step of(String id, StepKind kind, String... dependencies) {
    return new Step(
        id(id), kind, ids(dependencies), StepPolicy.DEFAULT.withRetry(Retry.NONE), Map.of());
  }

  static StepKind.Llm llm(Message... messages) {
    return new StepKind.Llm(
        new ModelRef.Named("m"),
        List.of(messages),
        Map.of(),
        OptionalInt.empty(),
        JsonNodeFactory.instance.objectNode());
  }

  static Step prompt(String id, String text, String... dependencies) {
    return of(id, llm(Message.user(Template.fixed(text))), dependencies);
  }

  static Argument.Reference reference(String step, String path) {
    return Argument.Reference.to(id(step), ResultPath.of(path));
  }

  static Argument.Reference reference(String step) {
    return Argument.Reference.to(id(step), ResultPath.WHOLE);
  }

  /// A function whose argument is the result of another.
  static Step using(String id, Argument argument, String... dependencies) {
    return of(id, new StepKind.Function("f", argument), dependencies);
  }

  static Body body(Step... steps) {
    return new Body(List.of(steps), Optional.empty());
  }

  static Step map(String id, Argument items, OptionalInt maxParallel, Step... body) {
    return of(id, new StepKind.MapOver(items, body(body), maxParallel));
  }

  static Argument array(String... items) {
    var array = JsonNodeFactory.instance.arrayNode();
    Arrays.stream(items).forEach(array::add);
    return new Argument.Literal(array);
  }

  static TextNode text(String value) {
    return TextNode.valueOf(value);
  }

  static RunPolicy failFast() {
    return RunPolicy.DEFAULT.withFailureMode(RunPolicy.FailureMode.FAIL_FAST);
  }

  static RunPolicy partial() {
    return RunPolicy.DEFAULT.withFailureMode(RunPolicy.FailureMode.PARTIAL_COMPLETION);
  }

  static RunPolicy isolate() {
    return RunPolicy.DEFAULT.withFailureMode(RunPolicy.FailureMode.ISOLATE);
  }

  static RunPolicy retryAll() {
    return RunPolicy.DEFAULT.withFailureMode(RunPolicy.FailureMode.RETRY_ALL);
  }
}
