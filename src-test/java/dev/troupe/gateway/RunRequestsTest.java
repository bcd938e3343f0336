package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.PlanError;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.Tenant;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.Prices;
import dev.troupe.run.RunCommand;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunRequestsTest {

  private static final String CALL =
      "{\"tasks\": [{\"id\": \"f\", \"kind\": \"function\", \"name\": \"%s\", \"args\": [1]}]}";

  private static RunRequests requests(ToolCatalog tools) {
    return new RunRequests(
        tools,
        ModelCatalogue.of(() -> Prices.NONE, () -> List.of("m")),
        new AllowedHosts(List.of("*.example.org")),
        () -> 7,
        new AllowedPriorities(1, Map.of(new Tenant("boss"), 4)));
  }

  private static List<ToolCatalog.Tool> search() {
    var parameters = JsonNodeFactory.instance.objectNode();
    parameters.putObject("properties").putObject("query");
    return List.of(new ToolCatalog.Tool("search", "", parameters, true, Repeat.IDEMPOTENT));
  }

  private static StepKind.Function call(ToolCatalog tools, String name) {
    var wanted =
        requests(tools)
            .submission(
                CALL.formatted(name).getBytes(StandardCharsets.UTF_8),
                false,
                Form.NATIVE,
                Optional.empty());
    var plan = wanted.submit().plan().orElseThrow();
    return (StepKind.Function) plan.step(new StepId("f")).orElseThrow().kind();
  }

  @Test
  @Tag("RT-14")
  void aFunctionThatNobodyKnowsIsRefusedWhereTheListIsComplete() {
    assertThatThrownBy(() -> call(ToolCatalog.of(search()), "saerch"))
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            refused -> {
              assertThat(refused.error().code()).isEqualTo(PlanError.Code.TOOL_NOT_FOUND);
              assertThat(refused.error().message()).contains("search");
            });
  }

  @Test
  @Tag("RT-22")
  void aKeyStandsForOneRequestAlone() {
    var key = new IdempotencyKey("k", "print");
    var metadata = new HashMap<String, JsonNode>(Map.of("team", TextNode.valueOf("red")));
    assertThat(key.match(metadata)).isEqualTo(IdempotencyKey.Match.NONE);

    key.write(metadata);

    assertThat(key.match(metadata)).isEqualTo(IdempotencyKey.Match.SAME);
    assertThat(new IdempotencyKey("k", "other").match(metadata))
        .isEqualTo(IdempotencyKey.Match.REUSED);
    assertThat(new IdempotencyKey("l", "print").match(metadata))
        .isEqualTo(IdempotencyKey.Match.NONE);
    IdempotencyKey.clear(metadata);
    assertThat(metadata).containsOnlyKeys("team");
  }

  @Test
  @Tag("RT-22")
  void aRunOfAnEarlierVersionIsTheOneThatWasAskedFor() {
    var metadata = Map.<String, JsonNode>of("idempotency_key", TextNode.valueOf("k"));

    assertThat(new IdempotencyKey("k", "print").match(metadata))
        .isEqualTo(IdempotencyKey.Match.SAME);
  }

  @Test
  void aRunSaysHowMuchItsProgramMattersAsFarAsItsTenantMay() {
    var tasks = CALL.formatted("f").substring(1);
    var submit = submit("{\"program\": {\"priority\": 3}, " + tasks);

    assertThat(submit.metadata()).containsEntry("program_priority", IntNode.valueOf(3));
    assertThat(submit.metadata()).doesNotContainKey("program");
    requests(ToolCatalog.open(List.of())).checkPriority(submit, new Tenant("boss"));
    refusesPriority(submit, "at most 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "program",
        "parent_program",
        "program_priority",
        "idempotency_key",
        "idempotency_fingerprint"
      })
  void whatIsWrittenToMetadataByOthersThanClientsIsNotTakenFromThem(String ours) {
    var tasks = CALL.formatted("f").substring(1);

    assertThatThrownBy(() -> submit("{\"metadata\": {\"" + ours + "\": 2}, " + tasks))
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            refused -> assertThat(refused.error().place()).isEqualTo("/metadata/" + ours));
  }

  private static RunCommand.Submit submit(String body) {
    return requests(ToolCatalog.open(List.of()))
        .submission(body.getBytes(StandardCharsets.UTF_8), false, Form.NATIVE, Optional.empty())
        .submit();
  }

  private static void refusesPriority(RunCommand.Submit submit, String why) {
    assertThatThrownBy(
            () -> requests(ToolCatalog.open(List.of())).checkPriority(submit, new Tenant("anyone")))
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            refused -> {
              assertThat(refused.error().code()).isEqualTo(PlanError.Code.INVALID_INPUT);
              assertThat(refused.error().place()).isEqualTo("/program/priority");
              assertThat(refused.error().message()).contains(why);
            });
  }

  @Test
  void aFunctionWhoseWorkersAreYetToComeIsTakenAsItIs() {
    assertThat(call(ToolCatalog.open(search()), "later").arguments())
        .isInstanceOf(Argument.Literal.class);
  }

  @Test
  void argumentsByPositionGetTheNamesThatAreKnown() {
    var arguments = (Argument.Merged) call(ToolCatalog.open(search()), "search").arguments();

    assertThat(arguments.fields()).containsOnlyKeys("query");
  }
}
