package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.StepKind;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// How steps start.
final class Starts {

  private Starts() {}

  /// Starts a step that is done outside.
  ///
  /// @return whether there may be room for another
  static boolean startWork(Decision decision, StepProgress step) {
    Run run = decision.run();
    Place place = Place.of(run, step);
    StepInput input;
    try {
      input = StepInputs.of(run, step, place);
      checkSize(input);
    } catch (Arguments.NoValue none) {
      Attempts.failForGood(decision, step, none.error(), Consumption.NONE, 0);
      return true;
    }
    run.steps().parents(step).forEach(place::noteError);
    Reservation reserved = reservation(decision, step, input);
    switch (run.budgets().room(reserved.expense())) {
      case LATER -> {
        return false;
      }
      case NEVER -> {
        decision.stop(exceeded(run, step, reserved), false);
        return false;
      }
      case NOW -> {}
    }
    Optional<Duration> timeout = step.step.policy().timeout().or(run.policy()::stepTimeout);
    int attempt = step.attempt + 1;
    decision.emit(
        new RunEvent.StepStarted(
            step.id(),
            attempt,
            reserved,
            timeout.isPresent()
                ? OptionalLong.of(decision.nowMillis() + timeout.get().toMillis())
                : OptionalLong.empty(),
            NullNode.instance));
    decision.use(step);
    decision.warnOfBudget();
    decision.act(
        new RunAction.StartStep(
            step.id(),
            attempt,
            input,
            step.step.dependencies(),
            step.priority(),
            step.criticalMillis,
            place.errors(),
            reserved,
            millis(timeout),
            millis(step.step.policy().idleTimeout())));
    return true;
  }

  /// Of what is sent to whoever does the step, who may be at another node.
  private static void checkSize(StepInput input) throws Arguments.NoValue {
    switch (input) {
      case StepInput.Function function -> checkSize(function.arguments(), "its arguments are");
      case StepInput.SubRun inner -> checkSize(inner.inputs(), "the inputs of its run are");
      case StepInput.Llm _, StepInput.Http _ -> {}
    }
  }

  private static void checkSize(JsonNode value, String what) throws Arguments.NoValue {
    if (JsonSize.isTooLarge(value)) {
      throw new Arguments.NoValue(
          StepError.Code.REQUEST_EXCEEDS_LIMIT,
          what + " larger than " + (JsonSize.MOST_BYTES >> 20) + " MiB");
    }
  }

  private static OptionalLong millis(Optional<Duration> duration) {
    return duration.isPresent() ? OptionalLong.of(duration.get().toMillis()) : OptionalLong.empty();
  }

  private static RunError exceeded(Run run, StepProgress step, Reservation reserved) {
    Expense spent = run.budgets().spent();
    return new RunError(
        RunError.Code.BUDGET_EXCEEDED,
        "what is left of the budget of "
            + run.budgets().lacking(reserved.expense()).word()
            + " does not pay for step \""
            + step.id()
            + "\": spent "
            + spent.micros()
            + " micros, "
            + spent.tokens()
            + " tokens, "
            + spent.calls()
            + " calls",
        Optional.of(step.id()));
  }

  private static Reservation reservation(Decision decision, StepProgress step, StepInput input) {
    return switch (input) {
      case StepInput.Llm llm -> {
        long chars = StepContext.chars(llm.messages());
        long prompt =
            decision
                .run()
                .resources()
                .tokens()
                .of(StepContext.beginning(llm.messages(), TokenEstimate.SAMPLE_CHARS), chars);
        OptionalLong expected = step.step.policy().expectedTokens();
        long output =
            llm.maxTokens().isPresent()
                ? llm.maxTokens().getAsInt()
                : expected.isPresent()
                    ? Math.max(0, expected.getAsLong() - prompt)
                    : ExpectedTokens.USUAL_OUTPUT;
        long micros =
            decision.prices().micros(llm.model(), Consumption.ofTokens(prompt, 0, output));
        yield new Reservation(new Expense(micros, prompt + output, 1), chars);
      }
      case StepInput.Http _, StepInput.Function _ -> new Reservation(new Expense(0, 0, 1), 0);
      case StepInput.SubRun inner ->
          new Reservation(
              new Expense(
                  inner.policy().budget().micros().orElse(0),
                  inner.policy().budget().tokens().orElse(0),
                  inner.policy().budget().calls().orElse(0)),
              0);
    };
  }

  /// Starts a step that is decided here.
  static void startControl(Decision decision, StepProgress step) {
    try {
      switch (step.step.kind()) {
        case StepKind.MapOver map -> startMap(decision, step, map);
        case StepKind.Condition condition -> {
          JsonNode test = Arguments.at(Place.of(decision.run(), step)).value(condition.test());
          started(decision, step, OptionalLong.empty(), BooleanNode.valueOf(test.asBoolean()));
          Bodies.begin(decision, step);
        }
        case StepKind.Loop _ -> {
          started(decision, step, OptionalLong.empty(), NullNode.instance);
          Bodies.begin(decision, step);
        }
        case StepKind.Wait wait -> startWait(decision, step, wait);
        case StepKind.Approval approval -> {
          question(decision, step, approval);
          OptionalLong limit = millis(approval.timeout());
          started(
              decision,
              step,
              limit.isPresent()
                  ? OptionalLong.of(decision.nowMillis() + limit.getAsLong())
                  : OptionalLong.empty(),
              NullNode.instance);
          ask(decision, step);
        }
        case StepKind.Join join -> {
          started(decision, step, OptionalLong.empty(), NullNode.instance);
          Attempts.finish(decision, step, joined(decision.run(), step, join.how()));
        }
        case StepKind.Llm _, StepKind.HttpTool _, StepKind.Function _, StepKind.SubRun _ ->
            throw new IllegalStateException(step.id() + " is done outside");
      }
    } catch (Arguments.NoValue none) {
      Attempts.failForGood(decision, step, none.error(), Consumption.NONE, 0);
    }
  }

  private static void startMap(Decision decision, StepProgress step, StepKind.MapOver map)
      throws Arguments.NoValue {
    Run run = decision.run();
    JsonNode items = Arguments.at(Place.of(run, step)).value(map.items());
    if (!items.isArray()) {
      throw new Arguments.NoValue(
          StepError.Code.ROUTING_FAILED, "the items of \"" + step.id() + "\" are no array");
    }
    checkSize(items, "its items are");
    long all = run.steps().all().size() + (long) items.size() * map.body().steps().size();
    if (all > PlanLimits.DEFAULT.steps()) {
      throw new Arguments.NoValue(
          StepError.Code.REQUEST_EXCEEDS_LIMIT,
          "with its "
              + items.size()
              + " items the run would have "
              + all
              + " steps, of which "
              + PlanLimits.DEFAULT.steps()
              + " are allowed");
    }
    started(decision, step, OptionalLong.empty(), items);
    Bodies.begin(decision, step);
  }

  private static void startWait(Decision decision, StepProgress step, StepKind.Wait wait) {
    JsonNode signal = decision.run().memory().signals().get(step.id().value());
    long until =
        wait.until()
            .map(each -> each.toEpochMilli())
            .orElseGet(
                () -> decision.nowMillis() + wait.duration().orElse(Duration.ZERO).toMillis());
    started(decision, step, OptionalLong.of(until), NullNode.instance);
    if (signal != null) {
      Attempts.finish(decision, step, signal);
    } else if (until <= decision.nowMillis()) {
      Attempts.finish(decision, step, NullNode.instance);
    }
  }

  private static JsonNode question(Decision decision, StepProgress step, StepKind.Approval approval)
      throws Arguments.NoValue {
    return Arguments.at(Place.of(decision.run(), step)).value(approval.question());
  }

  /// Asks for an approval that was begun, perhaps again.
  static void ask(Decision decision, StepProgress step) {
    if (step.step.kind() instanceof StepKind.Approval approval) {
      try {
        decision.act(new RunAction.AskApproval(step.id(), question(decision, step, approval)));
      } catch (Arguments.NoValue none) {
        throw new IllegalStateException(step.id() + " had a question when it started", none);
      }
    }
  }

  private static JsonNode joined(Run run, StepProgress step, StepKind.Join.How how) {
    Place place = Place.of(run, step);
    List<StepProgress> parents = run.steps().parents(step);
    return switch (how) {
      case OBJECT -> {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        parents.forEach(each -> all.set(each.id().local().value(), place.resultOf(each)));
        yield all;
      }
      case LIST -> {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        parents.forEach(each -> all.add(place.resultOf(each)));
        yield all;
      }
      case TEXT ->
          TextNode.valueOf(
              parents.stream()
                  .map(each -> Arguments.text(place.resultOf(each)))
                  .collect(Collectors.joining("\n\n")));
      case FIRST ->
          parents.stream()
              .filter(each -> each.state == StepState.COMPLETED)
              .min(Comparator.comparingLong(each -> each.endedBy))
              .or(() -> parents.stream().findFirst())
              .map(place::resultOf)
              .orElse(NullNode.instance);
    };
  }

  private static void started(
      Decision decision, StepProgress step, OptionalLong wakeAtMillis, JsonNode bound) {
    decision.emit(
        new RunEvent.StepStarted(
            step.id(), step.attempt + 1, Reservation.NONE, wakeAtMillis, bound));
  }
}
