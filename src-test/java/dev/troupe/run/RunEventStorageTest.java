package dev.troupe.run;

import static dev.troupe.run.Steps.array;
import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.ids;
import static dev.troupe.run.Steps.map;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.troupe.plan.Budget;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Outline;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RT-22")
class RunEventStorageTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final StepError ERROR =
      StepError.passing(StepError.Code.RATE_LIMITED, "wait").withRetryAfter(5);

  private static List<RunEvent> all() {
    return List.of(
        new RunEvent.Submitted(
            VirtualRun.ID,
            List.of(step("a"), map("each", array("x"), OptionalInt.of(2), step("f"))),
            failFast().withBudget(Budget.ofMoney(5, "EUR")),
            NullNode.instance,
            Map.of("k", text("v")),
            Map.of("fast", "m"),
            Map.of("title", text("t")),
            Map.of(id("each[0].f"), text("kept")),
            true,
            false),
        new RunEvent.StepsAdded(List.of(step("b", "a")), Map.of()),
        new RunEvent.GraphFull(),
        new RunEvent.GraphResumed(),
        new RunEvent.Sealed(),
        new RunEvent.WebhookSet(
            new Submission.Webhook("http://h/", Optional.of("secret"), List.of("run_ended"))),
        new RunEvent.PlanBegun(analysed()),
        new RunEvent.PlanBegun(compiled()),
        new RunEvent.Noted("analysis", text("n")),
        new RunEvent.StageStarted(1),
        new RunEvent.StageEnded(1),
        new RunEvent.StepStarted(
            id("a"),
            2,
            new Reservation(new Expense(1, 2, 3), 4),
            OptionalLong.of(9),
            BooleanNode.TRUE),
        new RunEvent.BodyStarted(id("a"), "then"),
        new RunEvent.ItemsStarted(id("a"), 0, 7),
        new RunEvent.BodyEnded(id("a")),
        new RunEvent.RetryScheduled(id("a"), 1, ERROR, Consumption.CALL, 3, 99),
        new RunEvent.RetryDue(id("a")),
        new RunEvent.StepFinished(id("a"), text("r"), Consumption.ofTokens(3, 2, 1), 8),
        new RunEvent.StepFailed(id("a"), ERROR, Consumption.NONE, 0, true),
        new RunEvent.StepsSkipped(ids("a", "b"), ERROR),
        new RunEvent.StepsReset(ids("a"), true),
        new RunEvent.Paused(),
        new RunEvent.Resumed(),
        new RunEvent.Signalled("s", text("p")),
        new RunEvent.Remembered("k", text("v")),
        new RunEvent.Remembered("k", NullNode.instance),
        new RunEvent.Forgotten("k"),
        new RunEvent.BudgetWarned(Budgets.Part.TOKENS),
        new RunEvent.BudgetRaised(Budget.UNLIMITED),
        new RunEvent.AbortRequested("why"),
        new RunEvent.Stopping(
            RunError.of(RunError.Code.CIRCUIT_OPEN, "m"), true, OptionalLong.of(1)),
        new RunEvent.RunEnded(RunState.COMPLETED, Optional.empty()));
  }

  private static Planning analysed() {
    Outline.Item item =
        new Outline.Item(id("a"), true, "t", "d", Outline.Type.RESEARCH, Optional.of(ids("b")));
    Outline outline = new Outline("en", true, "thought", "title", List.of(item));
    return new Planning.Analysed(outline, List.of(step("a")), Submission.Analysis.DEFAULT);
  }

  private static Planning compiled() {
    return new Planning.Compiled(
        "why?",
        new ModelRef.InRole("balanced"),
        new ModelRef.Named("m"),
        List.of(
            new ToolCatalog.Tool(
                "search",
                "finds",
                JSON.createObjectNode().put("type", "object"),
                true,
                Repeat.AT_MOST_ONCE)),
        "examples",
        2);
  }

  @Test
  void everyKindOfEventIsHere() {
    assertThat(all().stream().<Class<?>>map(RunEvent::getClass).distinct())
        .containsExactlyInAnyOrder(
            Arrays.stream(RunEvent.class.getPermittedSubclasses()).toArray(Class<?>[]::new));
  }

  @Test
  void whatIsStoredIsReadAgain() throws IOException {
    for (ObjectMapper mapper : List.of(JSON, CBOR)) {
      for (RunEvent event : all()) {
        Recorded recorded = new Recorded(7, 1_234, event);
        assertThat(mapper.readValue(mapper.writeValueAsBytes(recorded), Recorded.class))
            .isEqualTo(recorded);
      }
    }
  }

  @Test
  void whatALaterVersionAddsIsIgnored() throws IOException {
    for (RunEvent event : all()) {
      ObjectNode stored = JSON.valueToTree(event);
      stored.put("new", 1);

      assertThat(JSON.treeToValue(stored, RunEvent.class)).isEqualTo(event);
    }
  }
}
