package dev.troupe.run;

import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.llm;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.prompt;
import static dev.troupe.run.Steps.reference;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.ContextPolicy;
import dev.troupe.plan.Message;
import dev.troupe.plan.Step;
import dev.troupe.plan.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a model is really sent.
class ContextTest {

  private static VirtualRun run(ContextPolicy policy, Step... steps) {
    return VirtualRun.of(partial().withMaxParallelism(1_000).withContext(policy), steps);
  }

  private static List<String> sent(VirtualRun run, String step) {
    return ((StepInput.Llm) run.started(step).input())
        .messages().stream().map(each -> each.role() + ": " + each.content().textValue()).toList();
  }

  private static ContextPolicy policy(ContextPolicy.Strategy strategy, long tokens, int last) {
    return new ContextPolicy(OptionalLong.of(tokens), strategy, last);
  }

  @Test
  @Tag("RT-10")
  @Tag("RT-12")
  @Tag("UDF-15")
  void aStepReceivesTheResultsOfItsDependenciesAndOfNoOther() {
    VirtualRun run =
        run(
            ContextPolicy.NONE,
            step("a"),
            step("b"),
            step("c"),
            step("other"),
            prompt("join", "Compare.", "a", "b", "c"));
    run.finish("other", text("secret"));
    run.finish("c", text("C")).finish("a", text("A")).finish("b", text("B"));

    assertThat(sent(run, "join"))
        .containsExactly(
            "user: Result of \"a\":\nA",
            "user: Result of \"b\":\nB",
            "user: Result of \"c\":\nC",
            "user: Compare.");
  }

  @Test
  @Tag("RT-10")
  void aResultThatAMessageNamesStandsThereAndNowhereElse() {
    Template named =
        new Template(
            List.of(new Template.Fixed("About "), new Template.Hole(reference("a", ".title"))));
    VirtualRun run =
        run(
            ContextPolicy.NONE,
            step("a"),
            Steps.of(
                "b",
                llm(
                    new Message("system", new dev.troupe.plan.Argument.Literal(text("be short"))),
                    Message.user(named)),
                "a"));

    run.finish(
        "a",
        com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
            .objectNode()
            .put("title", "cats"));

    assertThat(sent(run, "b")).containsExactly("system: be short", "user: About cats");
  }

  @Test
  void anErrorStandsAsDataAndIsFlagged() {
    VirtualRun run = run(ContextPolicy.NONE, step("a"), prompt("b", "Go on.", "a"));
    run.fail("a");

    assertThat(sent(run, "b").getFirst())
        .contains("{\"error\":{\"code\":\"execution_failed\",\"message\":\"it broke\"}}");
    assertThat(run.started("b").errors()).containsOnlyKeys(id("a"));
  }

  @Test
  @Tag("RT-13")
  void theRunsMemoryIsInEveryContext() {
    VirtualRun run = run(ContextPolicy.NONE, step("a"), prompt("b", "Go on.", "a"));
    run.accepted(new RunCommand.Remember("city", Optional.of(text("Oslo"))));
    run.accepted(new RunCommand.Remember("gone", Optional.of(text("x"))));
    run.accepted(new RunCommand.Remember("gone", Optional.empty()));
    run.finish("a", text("A"));

    assertThat(sent(run, "b").getFirst())
        .isEqualTo("system: What is known in this run:\ncity: Oslo");
    assertThat(run.view().memory()).containsOnlyKeys("city");
  }

  private static VirtualRun withResults(ContextPolicy policy, int count, int chars) {
    List<Step> steps = new ArrayList<>();
    String[] names = IntStream.range(0, count).mapToObj(i -> "r" + i).toArray(String[]::new);
    for (String name : names) {
      steps.add(step(name));
    }
    steps.add(prompt("report", "Report.", names));
    VirtualRun run = run(policy, steps.toArray(Step[]::new));
    for (String name : names) {
      run.finish(name, text(name + " " + "x".repeat(chars)));
    }
    return run;
  }

  private static long tokens(VirtualRun run) {
    long chars = sent(run, "report").stream().mapToLong(String::length).sum();
    return chars / 4;
  }

  @Test
  @Tag("UDF-16")
  void aHundredResultsAreCompressedUntilAllFit() {
    VirtualRun run = withResults(policy(ContextPolicy.Strategy.COMPRESS, 12_000, 0), 100, 2_000);

    assertThat(tokens(run)).isLessThanOrEqualTo(12_200);
    assertThat(tokens(run)).isGreaterThan(11_000);
    assertThat(sent(run, "report")).hasSize(101);
    for (int i = 0; i < 100; i++) {
      assertThat(sent(run, "report").get(i))
          .contains("r" + i + " xxx")
          .contains("characters in all");
    }
  }

  @Test
  @Tag("UDF-16")
  void whatIsShortIsNotCut() {
    VirtualRun run = withResults(policy(ContextPolicy.Strategy.COMPRESS, 12_000, 0), 10, 200);

    assertThat(sent(run, "report")).noneMatch(each -> each.contains("characters in all"));
  }

  @Test
  @Tag("RT-11")
  void truncationLeavesTheOldestOutAndSaysSo() {
    VirtualRun run = withResults(policy(ContextPolicy.Strategy.TRUNCATE, 600, 0), 4, 1_000);

    assertThat(sent(run, "report").get(0)).isEqualTo("user: [the result of \"r0\" was left out]");
    assertThat(sent(run, "report").get(3)).contains("r3 xxx");
    assertThat(tokens(run)).isLessThanOrEqualTo(620);
    assertThat(run.step("r0").output().orElseThrow().textValue()).hasSize(1_003);
  }

  @Test
  @Tag("RT-11")
  void theLastResultsAreKept() {
    VirtualRun run =
        withResults(
            new ContextPolicy(OptionalLong.empty(), ContextPolicy.Strategy.KEEP_LAST_N, 2), 4, 10);

    assertThat(sent(run, "report").stream().filter(each -> each.contains("left out"))).hasSize(2);
    assertThat(sent(run, "report").get(3)).contains("r3 xxx");
  }

  @Test
  @Tag("RT-11")
  void aContextThatDoesNotFitFailsTheStep() {
    for (ContextPolicy policy :
        List.of(
            policy(ContextPolicy.Strategy.NONE, 100, 0),
            policy(ContextPolicy.Strategy.KEEP_LAST_N, 100, 1),
            policy(ContextPolicy.Strategy.COMPRESS, 4, 0),
            policy(ContextPolicy.Strategy.TRUNCATE, 1, 0))) {
      VirtualRun run = withResults(policy, 3, 1_000);

      StepError error = run.step("report").error().orElseThrow();
      assertThat(error.code()).isEqualTo(StepError.Code.CONTEXT_COMPACT_FAILED);
      assertThat(error.message()).contains("context too large");
      assertThat(run.state()).isEqualTo(RunState.FAILED);
    }
  }

  @Test
  @Tag("RT-5")
  void anEstimateIsAtLeastOneAndCorrectedByWhatWasMeasured() {
    TokenEstimate estimate = new TokenEstimate();
    assertThat(estimate.of("", 0)).isEqualTo(1);
    // 7 tokens by the vocabulary.
    assertThat(estimate.of("2 + 2 = 4", 9)).isEqualTo(7);

    estimate.measured(46_000, 10_000);

    // 4.6 characters a token were measured, against 50 tokens of 9/7 characters each: 10,050 /
    // 46,064 of 4,600.
    assertThat(estimate.of("2 + 2 = 4", 4_600)).isEqualTo(1_004);
  }

  @ParameterizedTest
  @Tag("RT-5")
  @Tag("TR-18")
  @CsvSource({
    // As published with the vocabulary's own tokenizer: OpenAI cookbook, "How to count tokens with
    // tiktoken".
    "antidisestablishmentarianism, 6",
    "2 + 2 = 4, 7",
    "お誕生日おめでとう, 9",
    "tiktoken is great!, 6",
    "'', 1",
    "<|endoftext|>, 7"
  })
  void tokensAreCountedAsTheVocabularyDoes(String text, int tokens) {
    assertThat(TokenCount.of(text)).isEqualTo(tokens);
  }

  @Test
  @Tag("RT-5")
  void aLongProseIsJudgedByItsBeginning() {
    String paragraph =
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age"
            + " of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the"
            + " season of Light, it was the season of Darkness, it was the spring of hope, it was the"
            + " winter of despair, we had everything before us, we had nothing before us.\n\n";
    String prose = paragraph.repeat(200);
    long counted = TokenCount.of(prose);

    assertThat(
            new TokenEstimate().of(prose.substring(0, TokenEstimate.SAMPLE_CHARS), prose.length()))
        .isBetween(counted * 9 / 10, counted * 11 / 10);
  }
}
