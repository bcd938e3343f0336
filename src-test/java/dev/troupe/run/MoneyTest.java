package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.prompt;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Budget;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Plan;
import dev.troupe.plan.Retry;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.StepPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MoneyTest {

  /// 1 $ for a million prompt tokens, 0.1 $ cached, 2 $ for a million output tokens.
  private static final Prices PRICES =
      new Prices(
          "USD",
          Map.of("m", new Prices.Price(1_000_000, 100_000, 2_000_000, 128_000)),
          Map.of("fast", "m"));

  /// Expected: 1 prompt token, then output up to 100,000 tokens in all: 0.2 $ less a micro.
  private static Step costing(String id, String... dependencies) {
    Step step = prompt(id, "x", dependencies);
    return step.withPolicy(
        new StepPolicy(
            Retry.NONE,
            Optional.empty(),
            Optional.empty(),
            step.policy().repeat(),
            false,
            0,
            Optional.empty(),
            Optional.empty(),
            OptionalLong.of(100_000)));
  }

  private static VirtualRun run(Budget budget, Step... steps) {
    return new VirtualRun(PRICES).submitted(partial().withBudget(budget), steps);
  }

  private static final Consumption FIFTH_OF_A_DOLLAR = Consumption.ofTokens(0, 0, 100_000);

  @Test
  @Tag("RT-7")
  void onlyStepsThatTheBudgetPaysForStart() {
    Step[] ten = IntStream.range(0, 10).mapToObj(i -> costing("s" + i)).toArray(Step[]::new);
    VirtualRun run = run(Budget.ofMoney(1_000_000, "USD"), ten);

    assertThat(run.running()).hasSize(5);
    for (String each : List.copyOf(run.running())) {
      run.finish(each, text("r"), FIFTH_OF_A_DOLLAR);
    }

    assertThat(run.startOrder()).hasSize(5);
    assertThat(run.error()).contains(RunError.Code.BUDGET_EXCEEDED);
    assertThat(run.run().spent()).isEqualTo(new Expense(1_000_000, 500_000, 5));
    assertThat(run.run().reserved()).isEqualTo(Expense.NONE);
  }

  @Test
  @Tag("RT-7")
  void whatTurnsOutCheaperLeavesRoomForMore() {
    Step[] six = IntStream.range(0, 6).mapToObj(i -> costing("s" + i)).toArray(Step[]::new);
    VirtualRun run = run(Budget.ofMoney(1_000_000, "USD"), six);

    run.finish("s0", text("r"), Consumption.CALL);

    assertThat(run.running()).contains("s5");
  }

  @Test
  @Tag("RT-8")
  void anOverspendKeepsTheResultAndStopsBeforeTheNextStart() {
    VirtualRun run =
        run(Budget.ofMoney(300_000, "USD"), costing("a"), costing("b", "a"), costing("c", "b"));

    run.finish("a", text("dear"), Consumption.ofTokens(0, 0, 400_000));

    assertThat(run.step("a").output()).contains(text("dear"));
    assertThat(run.step("a").micros()).isEqualTo(800_000);
    assertThat(run.run().spent().micros()).isEqualTo(800_000);
    assertThat(run.error()).contains(RunError.Code.BUDGET_EXCEEDED);
    assertThat(run.startOrder()).containsExactly("a");
  }

  @Test
  void warnsOnceWhenFourFifthsAreSpent() {
    VirtualRun run =
        run(
            new Budget(OptionalLong.empty(), "USD", OptionalLong.empty(), OptionalInt.of(5)),
            step("a"),
            step("b", "a"),
            step("c", "b"),
            step("d", "c"),
            step("e", "d"));
    run.finish("a").finish("b");
    assertThat(run.events(RunEvent.BudgetWarned.class)).isEmpty();

    run.finish("c");
    run.finish("d").finish("e");

    assertThat(run.events(RunEvent.BudgetWarned.class))
        .containsExactly(new RunEvent.BudgetWarned(Budgets.Part.CALLS));
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void aRaisedBudgetPaysForMore() {
    VirtualRun run =
        run(
            new Budget(OptionalLong.empty(), "USD", OptionalLong.empty(), OptionalInt.of(2)),
            step("a"),
            step("b"),
            step("c", "a"));
    Budget higher =
        new Budget(OptionalLong.empty(), "USD", OptionalLong.empty(), OptionalInt.of(3));

    run.accepted(new RunCommand.RaiseBudget(higher));
    run.finish("a").finish("b").finish("c");

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("RT-6")
  void promptCachedAndOutputTokensHaveTheirOwnPrices() {
    VirtualRun run = run(Budget.UNLIMITED, prompt("a", "x"));

    // 600,000 × 1 $ + 400,000 × 0.1 $ + 500,000 × 2 $, by the million.
    run.finish("a", text("r"), Consumption.ofTokens(1_000_000, 400_000, 500_000));

    assertThat(run.step("a").micros()).isEqualTo(600_000 + 40_000 + 1_000_000);
  }

  @Test
  @Tag("RT-6")
  void aModelWithoutAPriceIsRefusedWhereThereIsABudgetOfMoney() {
    VirtualRun run =
        new VirtualRun(new Prices("USD", Map.of("n", PRICES.models().get("m")), Map.of()));

    RunRefusal refusal =
        run.refused(
            RunCommand.Submit.of(
                VirtualRun.ID,
                Plan.of(List.of(prompt("a", "x"))),
                failFast().withBudget(Budget.ofMoney(1, "USD"))));

    assertThat(refusal.code()).isEqualTo(RunRefusal.Code.MODEL_UNKNOWN);
  }

  @Test
  @Tag("RT-7")
  void aBudgetInAnotherCurrencyIsRefused() {
    RunRefusal refusal =
        new VirtualRun(PRICES)
            .refused(
                RunCommand.Submit.of(
                    VirtualRun.ID,
                    Plan.of(List.of(prompt("a", "x"))),
                    failFast().withBudget(Budget.ofMoney(1, "EUR"))));

    assertThat(refusal.code()).isEqualTo(RunRefusal.Code.CURRENCY_MISMATCH);
  }

  @Test
  @Tag("RT-14")
  void aRoleIsPlayedByTheModelThatPlaysItAtSubmission() {
    StepKind.Llm usual = (StepKind.Llm) prompt("a", "x").kind();
    Step step =
        Steps.of(
            "a",
            new StepKind.Llm(
                new ModelRef.InRole("fast"),
                usual.messages(),
                usual.inputs(),
                usual.maxTokens(),
                usual.extras()));

    VirtualRun run = run(Budget.UNLIMITED, step);

    assertThat(((StepInput.Llm) run.started("a").input()).model()).isEqualTo("m");
    RunRefusal refusal =
        new VirtualRun(Prices.NONE)
            .refused(RunCommand.Submit.of(VirtualRun.ID, Plan.of(List.of(step)), failFast()));
    assertThat(refusal.code()).isEqualTo(RunRefusal.Code.MODEL_UNKNOWN);
  }

  @Test
  @Tag("RT-14")
  void whatAnOverrideSaysCounts() {
    Prices.Price dear = new Prices.Price(9, 9, 9, 1_000);
    Prices all = PRICES.overriddenBy(new Prices("USD", Map.of("n", dear), Map.of("fast", "n")));

    assertThat(all.price("m")).isEqualTo(PRICES.price("m"));
    assertThat(all.roles()).containsEntry("fast", "n");
  }

  @Test
  @Tag("RT-9")
  void costsOfStepsAddUpToTheRuns() {
    VirtualRun run = run(Budget.UNLIMITED, prompt("a", "x"), with(prompt("b", "y"), p -> p));
    run.finish("a", text("r"), Consumption.ofTokens(7, 3, 11));
    run.finish("b", text("r"), Consumption.ofTokens(13, 0, 17));

    RunView view = run.view();

    assertThat(view.spent().micros())
        .isEqualTo(view.steps().stream().mapToLong(StepView::micros).sum());
    assertThat(view.spent().tokens()).isEqualTo(48);
    assertThat(view.used().promptTokens()).isEqualTo(20);
  }
}
