package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.plan.Message;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Plan;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.Template;
import dev.troupe.run.Reservation;
import dev.troupe.run.RunAction.StartStep;
import dev.troupe.run.RunId;
import dev.troupe.run.StepInput;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallEdgesTest {

  private final CallEdges edges = new CallEdges(new RunId("r"));

  private static List<StepId> ids(String... names) {
    return Arrays.stream(names).map(StepId::new).toList();
  }

  private static StartStep start(String step, int attempt, StepInput input, String... parents) {
    return new StartStep(
        new StepId(step),
        attempt,
        input,
        ids(parents),
        0,
        0,
        Map.of(),
        Reservation.NONE,
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static StartStep call(String step, int attempt, String... parents) {
    return start(
        step,
        attempt,
        new StepInput.Llm("m", List.of(), OptionalInt.empty(), NullNode.instance),
        parents);
  }

  private static StartStep tool(String step, String... parents) {
    return start(step, 1, new StepInput.Function("f", NullNode.instance), parents);
  }

  private static Step planned(String id, StepKind kind, String... dependencies) {
    return new Step(new StepId(id), kind, ids(dependencies));
  }

  private static StepKind llm() {
    return new StepKind.Llm(
        ModelRef.of("m"),
        List.of(Message.user(Template.fixed("say"))),
        Map.of(),
        OptionalInt.empty(),
        JsonNodeFactory.instance.objectNode());
  }

  private static StepKind join() {
    return new StepKind.Join(StepKind.Join.How.LIST);
  }

  @Test
  void aCallNeedsTheCallsOfTheStepsThatItDependsOn() {
    edges.parents(call("a", 1), Optional.empty());
    edges.parents(call("b", 1), Optional.empty());

    assertThat(edges.parents(call("c", 1, "a", "b"), Optional.empty()))
        .containsExactly("r/a", "r/b");
  }

  @Test
  void theLatestAttemptIsMeant() {
    assertThat(edges.name(new StepId("a"), 1)).isEqualTo("r/a");
    edges.parents(call("a", 1), Optional.empty());
    edges.parents(call("a", 3), Optional.empty());

    assertThat(edges.parents(call("b", 1, "a"), Optional.empty())).containsExactly("r/a#3");
  }

  @Test
  void throughStepsThatAreNoCallsItNeedsWhatTheyNeeded() {
    edges.parents(call("a", 1), Optional.empty());
    edges.parents(tool("search", "a"), Optional.empty());
    edges.parents(tool("rank", "search"), Optional.empty());

    assertThat(edges.parents(call("b", 1, "rank"), Optional.empty())).containsExactly("r/a");
  }

  @Test
  void whatStartedBeforeThisActorDidIsReadFromThePlan() {
    var plan =
        Plan.of(
            List.of(
                planned("a", llm()),
                planned("other", llm()),
                planned("both", join(), "a", "other"),
                planned("end", llm(), "both")));

    assertThat(edges.parents(call("end", 1, "both"), Optional.of(plan)))
        .containsExactlyInAnyOrder("r/a", "r/other");
  }

  @Test
  void aCallNamesAsManyParentsAsItMayAndNoMore() {
    var parents = IntStream.range(0, 300).mapToObj(at -> "s" + at).toArray(String[]::new);
    for (var parent : parents) {
      edges.parents(call(parent, 1), Optional.empty());
    }

    assertThat(edges.parents(call("all", 1, parents), Optional.empty())).hasSize(256);
  }
}
