package dev.troupe.plan;

import static dev.troupe.plan.Steps.each;
import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.reference;
import static dev.troupe.plan.Steps.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PlanStorageTest {

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

  private static Step one(String id, StepKind kind) {
    return new Step(id(id), kind, List.of());
  }

  /// One step of each kind, and every kind of argument.
  private static Plan everything() {
    ObjectNode extras = JsonNodeFactory.instance.objectNode().put("temperature", 0.5);
    Body body = new Body(List.of(step("inner")), Optional.of(id("inner")));
    Expression expression = Expression.of("$a.n > 1", Names.of(List.of("a")));
    return Plan.of(
        List.of(
            step("a"),
            new Step(
                id("b"),
                new StepKind.Llm(
                    new ModelRef.InRole("fast"),
                    List.of(
                        new Message("system", new Argument.Literal(new TextNode("be short"))),
                        Message.user(
                            new Template(
                                List.of(
                                    new Template.Fixed("of "),
                                    new Template.Hole(
                                        Argument.Reference.to(id("a"), ResultPath.of(".x[0]"))),
                                    new Template.Input("k", ResultPath.WHOLE))))),
                    Map.of("k", new Argument.Literal(new TextNode("v"))),
                    OptionalInt.of(9),
                    extras),
                Steps.ids("a"),
                new StepPolicy(
                    Retry.UDF,
                    Optional.of(Duration.ofSeconds(3)),
                    Optional.of(Duration.ofSeconds(1)),
                    Repeat.AT_MOST_ONCE,
                    true,
                    7,
                    Optional.of("key"),
                    Optional.of(Duration.ofMillis(1_500)),
                    OptionalLong.of(900)),
                Map.of("title", new TextNode("t"))),
            one(
                "http",
                new StepKind.HttpTool(
                    "POST",
                    new Argument.Literal(new TextNode("http://x/y")),
                    Map.of("h", reference("a")),
                    Optional.of(
                        new Argument.Merged(
                            Map.of(
                                "one", new Argument.Computed(expression),
                                "two", new Argument.Sequence(List.of(reference("a")))))))),
            one(
                "fun",
                new StepKind.Function(
                    "f",
                    new Argument.Merged(
                        Map.of(
                            "d",
                            new Argument.Reference(
                                id("a"),
                                ResultPath.WHOLE,
                                false,
                                Optional.of(NullNode.instance)))))),
            each("map", "a", step("inner")),
            one("cond", new StepKind.Condition(expression, body, Body.EMPTY)),
            one("loop", new StepKind.Loop(body, expression, 4)),
            one("wait", new StepKind.Wait(Optional.of(Duration.ofSeconds(2)), Optional.empty())),
            one(
                "until",
                new StepKind.Wait(Optional.empty(), Optional.of(Instant.ofEpochMilli(1_234)))),
            one(
                "ask",
                new StepKind.Approval(
                    new Argument.Text(Template.fixed("go?")), Optional.of(Duration.ofHours(1)))),
            one("sub", new StepKind.SubRun(body, Map.of("q", reference("a")), RunPolicy.DEFAULT)),
            new Step(id("join"), new StepKind.Join(StepKind.Join.How.LIST), Steps.ids("a", "b"))));
  }

  @Test
  void whatIsStoredIsReadAgain() throws IOException {
    for (ObjectMapper mapper : List.of(JSON, CBOR)) {
      Plan read = mapper.readValue(mapper.writeValueAsBytes(everything()), Plan.class);

      assertThat(read).isEqualTo(everything());
      assertThat(read.dependents(id("a"))).isEqualTo(everything().dependents(id("a")));
      assertThat(read.edges()).isEqualTo(everything().edges());
    }
  }

  @Test
  void whatALaterVersionAddsIsIgnored() throws IOException {
    ObjectNode stored = JSON.valueToTree(everything());
    stored.put("new", 1);
    ((ObjectNode) stored.get("steps").get(0)).put("colour", "red");
    ((ObjectNode) stored.get("steps").get(2).get("policy")).put("mood", "good");
    ((ObjectNode) stored.get("steps").get(2).get("kind")).put("taste", "sweet");

    assertThat(JSON.treeToValue(stored, Plan.class)).isEqualTo(everything());
  }

  @Test
  void aLaterVersionThatWouldBeMisreadIsRefused() {
    ObjectNode stored = JSON.valueToTree(everything());
    stored.put("version", 99);

    assertThatThrownBy(() -> JSON.treeToValue(stored, Plan.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("version 99");
  }

  @Test
  void aStepIsStoredByItself() throws IOException {
    for (Step step : everything().steps()) {
      Step read = CBOR.readValue(CBOR.writeValueAsBytes(step), Step.class);
      assertThat(read).isEqualTo(step);
    }
  }

  @Test
  void policiesAreStored() throws IOException {
    byte[] stored = CBOR.writeValueAsBytes(RunPolicy.DEFAULT);

    assertThat(CBOR.readValue(stored, RunPolicy.class)).isEqualTo(RunPolicy.DEFAULT);
  }

  @Test
  void aPolicyThatWasStoredBeforeThereWereOrdersHasTheOneThatWas() throws IOException {
    ObjectNode stored = JSON.valueToTree(RunPolicy.DEFAULT);
    stored.remove("order");

    assertThat(JSON.treeToValue(stored, RunPolicy.class)).isEqualTo(RunPolicy.DEFAULT);
    for (RunPolicy.Order order : RunPolicy.Order.values()) {
      RunPolicy policy = RunPolicy.DEFAULT.withOrder(order);
      assertThat(CBOR.readValue(CBOR.writeValueAsBytes(policy), RunPolicy.class)).isEqualTo(policy);
    }
  }
}
