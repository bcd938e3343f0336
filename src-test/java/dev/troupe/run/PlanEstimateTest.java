package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanEstimateTest {

  /// Two dollars for a million tokens in, four for a million out.
  private static final ModelCatalogue MODELS =
      ModelCatalogue.of(
          new Prices(
              "USD", Map.of("m", new Prices.Price(2_000_000, 0, 4_000_000, 1_000)), Map.of()));

  @Test
  void countsWhatIsWrittenAndWhatTheStepsBeforeSay() {
    var estimate =
        estimate(
            """
            {"id": "a", "kind": "llm", "model": "m", "prompt": "%s", "max_tokens": 50},
            {"id": "b", "kind": "llm", "model": "m", "prompt": "$a", "max_tokens": 10}
            """
                .formatted("x".repeat(400)));

    // a: 400 characters are 100 tokens; b: at least one, and the 50 that a may say.
    assertThat(estimate.amount().promptTokens()).isEqualTo(151);
    assertThat(estimate.amount().outputTokens()).isEqualTo(60);
    assertThat(estimate.amount().calls()).isEqualTo(2);
    // a: (100 × 2 + 50 × 4) micros; b: (51 × 2 + 10 × 4).
    assertThat(estimate.amount().micros()).isEqualTo(400 + 142);
    assertThat(estimate.expected()).isEqualTo(Duration.ofMillis(60 * 20));
  }

  @Test
  void countsABodyAsOftenAsThereAreItems() {
    var known =
        estimate(
            """
            {"id": "each", "kind": "map", "items": [1, 2, 3],
             "steps": [{"id": "s", "kind": "http", "url": "http://h/"}]}
            """);
    var unknown =
        estimate(
            """
            {"id": "get", "kind": "http", "url": "http://h/"},
            {"id": "each", "kind": "map", "items": "$get",
             "steps": [{"id": "s", "kind": "http", "url": "http://h/"}]}
            """);

    assertThat(known.amount().calls()).isEqualTo(3);
    assertThat(known.issues()).isEmpty();
    assertThat(unknown.amount().calls()).isEqualTo(2);
    assertThat(unknown.issues())
        .extracting(PlanEstimate.Issue::code)
        .containsExactly("count_unknown");
  }

  @Test
  void takesTheDearerBranchOfACondition() {
    var estimate =
        estimate(
            """
            {"id": "if", "kind": "condition", "if": "1 > 0",
             "then": [{"id": "s", "kind": "llm", "model": "m", "prompt": "x", "max_tokens": 7}],
             "else": [{"id": "s", "kind": "http", "url": "http://h/"}]}
            """);

    assertThat(estimate.amount().outputTokens()).isEqualTo(7);
  }

  @Test
  void aStageOfABatchedRunWaitsForTheStragglerBeforeIt() {
    var steps =
        """
        {"id": "a", "kind": "wait", "duration_ms": 10},
        {"id": "b", "kind": "wait", "duration_ms": 1000},
        {"id": "c", "kind": "wait", "duration_ms": 500, "deps": ["a"]}
        """;

    assertThat(estimate(steps).expected()).isEqualTo(Duration.ofMillis(1_000));
    assertThat(estimate(steps, "{\"mode\": \"batched\"}").expected())
        .isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void noPlanIsTooLargeToBeEstimated() {
    var estimate =
        estimate(
            """
            {"id": "a", "kind": "map", "items": [%1$s], "steps": [
              {"id": "b", "kind": "map", "items": [%1$s], "steps": [
                {"id": "c", "kind": "map", "items": [%1$s], "steps": [
                  {"id": "d", "kind": "llm", "model": "m", "prompt": "x", "max_tokens": 2000000}]}]}]}
            """
                .formatted("1,".repeat(9_999) + "1"));

    assertThat(estimate.amount().outputTokens()).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void aBudgetOfMoneyAsksForPricesWhereThereAreSome() {
    var step =
        """
        {"id": "a", "kind": "llm", "model": "without", "prompt": "x"}
        """;
    var budget =
        """
        {"budget_limit": {"amount": 1, "currency": "USD"}}
        """;

    assertThat(estimate(step, budget).issues())
        .extracting(PlanEstimate.Issue::code)
        .containsExactly("price_unknown");
    assertThat(estimate(step, budget, ModelCatalogue.of(Prices.NONE)).issues()).isEmpty();
  }

  private static PlanEstimate estimate(String steps) {
    return estimate(steps, "{}");
  }

  private static PlanEstimate estimate(String steps, String policy) {
    return estimate(steps, policy, MODELS);
  }

  private static PlanEstimate estimate(String steps, String policy, ModelCatalogue models) {
    var body = "{\"policy\": %s, \"tasks\": [%s]}".formatted(policy, steps);
    var submission =
        new RunJson(ToolCatalog.of(List.of()), PlanLimits.DEFAULT)
            .read(body.getBytes(StandardCharsets.UTF_8), RunJson.Form.NATIVE);
    Plan plan = ((Submission.Planned) submission.work()).plan();
    return PlanEstimate.of(plan, submission.policy(), models);
  }
}
