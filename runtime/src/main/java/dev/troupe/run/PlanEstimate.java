package dev.troupe.run;

import dev.troupe.plan.Argument;
import dev.troupe.plan.Body;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Message;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanPreview;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a run of a plan is expected to take and to cost, before anything runs.
///
/// Times are those that the critical path is reckoned with; tokens a quarter of the characters written, what
/// the steps before are expected to say, and `max_tokens` or what is usual for the answer. What is in the
/// body of a map or loop counts once, where nobody can know how often; a condition as its dearer branch.
///
/// @param expected with as much room as the policy gives, stage by stage in mode `batched`
/// @param issues what stands in the way of such a run, or is not known
public record PlanEstimate(
    PlanPreview preview,
    Duration expected,
    double speedup,
    Amount amount,
    String currency,
    List<Issue> issues) {

  /// Something that whoever plans may want to mend.
  ///
  /// @param code such as `model_unknown`
  public record Issue(String code, String message, Optional<StepId> step) {}

  /// What is used, at most a million times a million of each.
  ///
  /// @param micros millionths of the currency
  public record Amount(long promptTokens, long outputTokens, long calls, long micros) {

    private static final long MOST = 1_000_000_000_000L;
    private static final Amount NONE = new Amount(0, 0, 0, 0);

    public Amount {
      promptTokens = Math.min(MOST, promptTokens);
      outputTokens = Math.min(MOST, outputTokens);
      calls = Math.min(MOST, calls);
      micros = Math.min(MOST, micros);
    }

    public long tokens() {
      return promptTokens + outputTokens;
    }

    private Amount plus(Amount other) {
      return new Amount(
          promptTokens + other.promptTokens,
          outputTokens + other.outputTokens,
          calls + other.calls,
          micros + other.micros);
    }

    /// @param count at most that of characters in a request, so that no product is beyond a long
    private Amount times(int count) {
      return new Amount(promptTokens * count, outputTokens * count, calls * count, micros * count);
    }
  }

  /// Of an answer whose length nothing limits.
  private static final long USUAL_OUTPUT_TOKENS = 1_024;

  public PlanEstimate {
    issues = List.copyOf(issues);
  }

  /// Cost: linear in the plan, and sorting it.
  public static PlanEstimate of(Plan plan, RunPolicy policy, ModelCatalogue models) {
    var estimating = new Estimating(models, policy.budget());
    var used =
        estimating.all(
            plan.topological().stream().map(plan::step).map(Optional::orElseThrow).toList());
    var preview = PlanPreview.of(plan, policy.maxParallelism(), CriticalPath::expectedMillis);
    var expected =
        policy.mode() == RunPolicy.Mode.BATCHED
            ? byStages(plan, preview, policy)
            : preview.expected();
    var issues = new ArrayList<>(estimating.issues);
    issues.addAll(beyond(policy, used, expected));
    return new PlanEstimate(
        preview,
        expected,
        expected.isZero() ? 1 : (double) preview.sequential().toMillis() / expected.toMillis(),
        used,
        models.prices().currency(),
        issues);
  }

  /// Each stage waits for the whole of the one before.
  private static Duration byStages(Plan plan, PlanPreview preview, RunPolicy policy) {
    return preview.stages().stream()
        .map(stage ->
            Plan.ofChecked(
                stage.stream()
                    .map(id -> plan.step(id).orElseThrow().withDependencies(List.of()))
                    .toList()))
        .map(stage ->
            PlanPreview.of(stage, policy.maxParallelism(), CriticalPath::expectedMillis).expected())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static List<Issue> beyond(RunPolicy policy, Amount used, Duration expected) {
    var issues = new ArrayList<Issue>();
    var budget = policy.budget();
    if (used.micros() > budget.micros().orElse(Long.MAX_VALUE)
        || used.tokens() > budget.tokens().orElse(Long.MAX_VALUE)
        || used.calls() > budget.calls().orElse(Integer.MAX_VALUE)) {
      issues.add(
          new Issue(
              "budget_exceeded",
              "the run is expected to need more than its budget",
              Optional.empty()));
    }
    if (policy.timeout().filter(limit -> limit.compareTo(expected) < 0).isPresent()) {
      issues.add(
          new Issue(
              "timeout",
              "the run is expected to take longer than its timeout_ms",
              Optional.empty()));
    }
    return issues;
  }

  /// One pass over a plan. Confined to it.
  private static final class Estimating {

    private final ModelCatalogue models;
    private final Budget budget;
    private final TokenEstimate tokens = new TokenEstimate();
    private final Map<StepId, Long> outputs = new HashMap<>();
    private final List<Issue> issues = new ArrayList<>();

    Estimating(ModelCatalogue models, Budget budget) {
      this.models = models;
      this.budget = budget;
    }

    /// @param steps each after those it depends on, as far as that matters
    Amount all(List<Step> steps) {
      var used = Amount.NONE;
      for (var step : steps) {
        used = used.plus(one(step));
      }
      return used;
    }

    private Amount one(Step step) {
      return switch (step.kind()) {
        case StepKind.Llm llm -> call(step, llm);
        case StepKind.HttpTool _, StepKind.Function _ -> new Amount(0, 0, 1, 0);
        case StepKind.MapOver map -> {
          if (!(map.items() instanceof Argument.Literal literal)) {
            issues.add(once(step, "as many times as there are items"));
            yield body(map.body());
          }
          yield body(map.body()).times(literal.value().size());
        }
        case StepKind.Loop loop -> {
          issues.add(once(step, "at most " + loop.maxIterations() + " times"));
          yield body(loop.body());
        }
        case StepKind.Condition condition -> {
          var then = body(condition.then());
          var otherwise = body(condition.otherwise());
          boolean isFirst =
              then.micros() > otherwise.micros()
                  || then.micros() == otherwise.micros() && then.tokens() >= otherwise.tokens();
          yield isFirst ? then : otherwise;
        }
        case StepKind.SubRun run -> body(run.body());
        case StepKind.Wait _, StepKind.Approval _, StepKind.Join _ -> Amount.NONE;
      };
    }

    private Amount body(Body body) {
      return all(body.steps());
    }

    private static Issue once(Step step, String really) {
      return new Issue(
          "count_unknown",
          "what is in step \"" + step.id() + "\" counts once, and is done " + really,
          Optional.of(step.id()));
    }

    private Amount call(Step step, StepKind.Llm llm) {
      long prompt = 0;
      for (var message : llm.messages()) {
        prompt += tokens.ofChars(chars(message));
      }
      for (var dependency : step.dependencies()) {
        prompt += outputs.getOrDefault(dependency, 0L);
      }
      var expected = step.policy().expectedTokens();
      long output =
          llm.maxTokens().isPresent()
              ? llm.maxTokens().getAsInt()
              : expected.isPresent()
                  ? Math.max(0, expected.getAsLong() - prompt)
                  : USUAL_OUTPUT_TOKENS;
      outputs.put(step.id(), output);
      return new Amount(prompt, output, 1, micros(step, llm, prompt, output));
    }

    private static long chars(Message message) {
      return switch (message.content()) {
        case Argument.Text(var text) -> text.fixedChars();
        case Argument.Literal(var value) -> value.toString().length();
        case Argument.Reference _, Argument.Computed _, Argument.Merged _, Argument.Sequence _ -> 0;
      };
    }

    private long micros(Step step, StepKind.Llm llm, long prompt, long output) {
      var model = models.model(llm.model());
      if (model.isEmpty()) {
        issues.add(
            new Issue("model_unknown", "no engine serves " + llm.model(), Optional.of(step.id())));
        return 0;
      }
      boolean arePriced = !models.prices().models().isEmpty();
      boolean hasPrice = models.prices().price(model.get()).isPresent();
      if (arePriced && !hasPrice && budget.micros().isPresent()) {
        issues.add(
            new Issue(
                "price_unknown",
                model.get() + " has no price, which a budget of money needs",
                Optional.of(step.id())));
      }
      return models.prices().micros(model.get(), Consumption.ofTokens(prompt, 0, output));
    }
  }
}
