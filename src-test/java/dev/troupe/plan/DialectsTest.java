package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectsTest {

  private static final RunJson READER = new RunJson(Tools.ALL, PlanLimits.DEFAULT);

  private static Submission.Work json(String json) {
    return READER
        .read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), RunJson.Form.NATIVE)
        .work();
  }

  private static Plan plan(String json) {
    return ((Submission.Planned) json(json)).plan();
  }

  private static Plan yaml(String yaml) {
    Submission read = READER.readYaml(yaml.getBytes(StandardCharsets.UTF_8), RunJson.Form.NATIVE);
    return ((Submission.Planned) read.work()).plan();
  }

  private static PlanError refused(Runnable attempt) {
    InvalidPlanException thrown = catchThrowableOfType(InvalidPlanException.class, attempt::run);
    assertThat(thrown).isNotNull();
    return thrown.error();
  }

  private static Argument argument(String argument) {
    Plan plan =
        plan(
            "{'tasks':[{'id':'a','tool_name':'search'},{'id':'b','tool_name':'f','args':{'x':"
                + argument
                + "}}]}");
    StepKind.Function call = (StepKind.Function) plan.step(id("b")).orElseThrow().kind();
    return ((Argument.Merged) call.arguments())
        .fields()
        .getOrDefault("x", new Argument.Literal(TextNode.valueOf("?")));
  }

  @Test
  @Tag("DS-8")
  void aLiteralIsItsValue() {
    assertThat(argument("{'type':'literal','value':'$a'}"))
        .isEqualTo(new Argument.Literal(new TextNode("$a")));
    assertThat(argument("{'type':'literal','required':false,'defaultValue':3}"))
        .isEqualTo(new Argument.Literal(new IntNode(3)));
  }

  @ParameterizedTest
  @Tag("DS-8")
  @CsvSource(
      delimiterString = "=>",
      value = {"'' =>", "'*' =>", "'f' => .f", "'f.g[0]' => .f.g[0]", "'rows.0' => [rows, 0]"})
  void aDependencysOutputIsAllOrAPart(String field, String path) {
    String name = field.replace("'", "");
    Argument.Reference read =
        (Argument.Reference)
            argument(
                "{'type':'dependencyOutput','dependencyTaskId':'a','outputFieldName':'"
                    + name
                    + "'}");

    assertThat(read.step()).isEqualTo(id("a"));
    assertThat(read.required()).isTrue();
    if (path == null) {
      assertThat(read.path()).isEqualTo(ResultPath.WHOLE);
    } else if (path.startsWith(".")) {
      assertThat(read.path().toString()).isEqualTo(path);
    } else {
      assertThat(read.path().parts()).containsExactly("rows", "0");
    }
  }

  @Test
  @Tag("DS-8")
  void whatIsMissingHasADefault() {
    assertThat(
            argument(
                "{'type':'dependencyOutput','dependencyTaskId':'a','outputFieldName':'f','required':false,'defaultValue':7}"))
        .isEqualTo(
            new Argument.Reference(
                id("a"), ResultPath.of("f"), false, Optional.of(new IntNode(7))));
  }

  @Test
  @Tag("DS-8")
  void anExpressionIsComputed() {
    assertThat(argument("{'type':'expression','expression':'$a.field[0] + 2'}"))
        .isInstanceOfSatisfying(
            Argument.Computed.class,
            computed ->
                assertThat(computed.expression().references())
                    .containsExactly(Argument.Reference.to(id("a"), ResultPath.of("field[0]"))));
  }

  @Test
  @Tag("DS-8")
  void mergedArgumentsAreAnObject() {
    assertThat(
            argument("{'type':'merged','sourceMap':{'all':'$a','n':{'type':'literal','value':3}}}"))
        .isEqualTo(
            new Argument.Merged(
                Map.of(
                    "all",
                    Argument.Reference.to(id("a"), ResultPath.WHOLE),
                    "n",
                    new Argument.Literal(new IntNode(3)))));
  }

  @ParameterizedTest
  @Tag("DS-8")
  @ValueSource(
      strings = {
        "{'type':'dependencyOutput','dependencyTaskId':'ghost'}",
        "{'type':'expression','expression':'$ghost + 1'}",
        "{'type':'expression','expression':'1 +'}",
        "{'type':'merged','sourceMap':{'a':'$ghost'}}",
        "{'type':'merged'}",
        "{'type':'magic'}",
        "{'type':'literal','vlaue':1}"
      })
  void otherArgumentsAreRefused(String argument) {
    assertThat(refused(() -> argument(argument)).place()).startsWith("/tasks/1/args/x");
  }

  private static String nodes(String nodes) {
    return "Here is the plan:\n```json\n{\"nodes\": ["
        + nodes.replace('\'', '"')
        + "], \"joiner_query\": \"So what?\"}\n```\nDone.";
  }

  @Test
  @Tag("DS-20")
  @Tag("LC-1")
  void readsAPlanningModelsNodes() {
    Submission.Planned read =
        TaskPlanJson.planned(
            nodes(
                "{'id':'1','type':'tool_exec','payload':{'tool_name':'search','args_json':'{\\\"q\\\":"
                    + " \\\"#2"
                    + " hit\\\"}'}},{'id':'n2','type':'tool_exec','payload':{'tool_name':'f','args_json':{'x':'#1','y':['#node1','see"
                    + " #1.hits[0]!']}},'depends_on':['1']}"));

    assertThat(read.joining()).contains(new Submission.Joining("So what?", 1));
    Step second = read.plan().step(id("n2")).orElseThrow();
    assertThat(second.dependencies()).isEqualTo(ids("1"));
    Argument.Merged arguments = (Argument.Merged) ((StepKind.Function) second.kind()).arguments();
    assertThat(arguments.fields())
        .containsEntry("x", Argument.Reference.to(id("1"), ResultPath.WHOLE));
    assertThat(
            ((Argument.Sequence)
                    arguments.fields().getOrDefault("y", new Argument.Sequence(List.of())))
                .elements())
        .element(0)
        .isEqualTo(Argument.Reference.to(id("1"), ResultPath.WHOLE));
  }

  @ParameterizedTest
  @Tag("DS-20")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '~',
      value = {
        "=> INVALID_INPUT",
        "{'type':'tool_exec','payload':{'tool_name':'t'}} => INVALID_INPUT",
        "{'id':'','payload':{'tool_name':'t'}} => INVALID_INPUT",
        "{'id':'a','payload':{'tool_name':'t'}},{'id':'a','payload':{'tool_name':'t'}} =>"
            + " INVALID_INPUT",
        "{'id':'a','payload':{'tool_name':'t'},'depends_on':['z']} => DEP_NOT_FOUND",
        "{'id':'a','payload':{'tool_name':'t'},'depends_on':['a']} => DAG_CYCLE",
        "{'id':'a','payload':{'tool_name':'t'},'depends_on':['b']},{'id':'b','payload':{'tool_name':'t'},'depends_on':['a']}"
            + " => DAG_CYCLE",
        "{'id':'a','payload':{}} => INVALID_INPUT",
        "{'id':'a'} => INVALID_INPUT",
        "{'id':'a','type':'llm','payload':{'tool_name':'t'}} => INVALID_INPUT",
        "{'id':'a','payload':{'tool_name':'t','args_json':'{broken'}} => INVALID_INPUT",
        "{'id':'a','payload':{'tool_name':'t'},'dependsOn':[]} => UNKNOWN_KEY",
        "1 => INVALID_INPUT"
      })
  void refusesUnsoundNodes(String nodes, PlanError.Code code) {
    assertThat(refused(() -> TaskPlanJson.planned(nodes(nodes == null ? "" : nodes))).code())
        .isEqualTo(code);
  }

  @ParameterizedTest
  @Tag("DS-20")
  @ValueSource(strings = {"", "no plan", "```json\n```", "{", "[]", "```"})
  void refusesAnswersWithoutAPlan(String answer) {
    assertThat(refused(() -> TaskPlanJson.planned(answer)).code())
        .isEqualTo(PlanError.Code.INVALID_INPUT);
  }

  @Test
  @Tag("DS-24")
  void toolsThatRunAloneAreBarriers() {
    Plan plan =
        plan(
            """
            {'tool_calls':[
             {'id':'c1','name':'search','arguments':{'query':'x'}},
             {'id':'c2','type':'function','function':{'name':'search','arguments':'{\\"query\\":\\"$tool.c1.q\\"}'}},
             {'id':'c3','name':'write','arguments':{'path':'p','text':'t'}},
             {'id':'c4','name':'search','arguments':{'query':'y'}},
             {'id':'c5','name':'write','arguments':{'path':'p','text':'$tool.c1.a and $tool.c4'}},
             {'id':'c6','name':'fetch','arguments':{'url':'costs $5'}}]}
            """);

    assertThat(plan.stages())
        .containsExactly(ids("c1"), ids("c2"), ids("c3"), ids("c4"), ids("c5"), ids("c6"));
    assertThat(plan.step(id("c3")).orElseThrow().dependencies()).isEqualTo(ids("c1", "c2"));
    assertThat(plan.step(id("c4")).orElseThrow().dependencies()).isEqualTo(ids("c3"));
    assertThat(plan.step(id("c5")).orElseThrow().dependencies())
        .containsExactlyInAnyOrderElementsOf(ids("c1", "c3", "c4"));
    assertThat(plan.step(id("c3")).orElseThrow().policy().repeat()).isEqualTo(Repeat.AT_MOST_ONCE);
  }

  @Test
  @Tag("DS-24")
  void toolsThatMayRunBesideOthersDo() {
    Plan plan =
        plan(
            "{'tool_calls':[{'id':'a','name':'search','arguments':{'query':'x'}},{'id':'b','name':'fetch','arguments':{'url':'y'}}]}");

    assertThat(plan.stages()).containsExactly(ids("a", "b"));
    assertThat(refused(() -> plan("{'tool_calls':[{'id':'a','name':'serach'}]}")).message())
        .contains("did you mean \"search\"?");
  }

  @Test
  @Tag("DS-10")
  void readsDagFiles() {
    Plan plan =
        yaml(
            """
            name: two
            description: finds and shows
            tasks:
              - {id: find, tool: search, args: {query: cats, n: 3}}
              - id: show
                tool: publish
                args:
                  a: $find.output.rows[0].title
                  b: $find
                  c: of $find.output.n.
            """);

    Step show = plan.step(id("show")).orElseThrow();
    assertThat(show.dependencies()).isEqualTo(ids("find"));
    Map<String, Argument> arguments =
        ((Argument.Merged) ((StepKind.Function) show.kind()).arguments()).fields();
    assertThat(arguments)
        .containsEntry("a", Argument.Reference.to(id("find"), ResultPath.of("rows[0].title")))
        .containsEntry("b", Argument.Reference.to(id("find"), ResultPath.WHOLE));
  }

  @ParameterizedTest
  @Tag("DS-10")
  @CsvSource(
      delimiterString = "=>",
      value = {
        "dependsOn: [a] => UNKNOWN_KEY",
        "depends_on: [z] => DEP_NOT_FOUND",
        "args: {x: $ghost.output} => DEP_NOT_FOUND",
        "args: [1] => INVALID_INPUT"
      })
  void refusesDagFilesThatWouldRunOtherwise(String line, PlanError.Code code) {
    PlanError error =
        refused(() ->
            yaml(
                "name: n\ntasks:\n  - {id: a, tool: t}\n  - id: b\n    tool: t\n    "
                    + line
                    + "\n"));

    assertThat(error.code()).isEqualTo(code);
  }

  @Test
  void yamlThatStandsForMoreThanIsWrittenIsRefused() {
    String bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";

    assertThat(refused(() -> yaml(bomb)).code())
        .isIn(PlanError.Code.INVALID_INPUT, PlanError.Code.UNKNOWN_KEY);
    assertThat(refused(() -> yaml("x: !!javax.script.ScriptEngineManager []")).code())
        .isIn(PlanError.Code.INVALID_INPUT, PlanError.Code.UNKNOWN_KEY);
  }

  @Test
  @Tag("UDF-1")
  void readsADeerFlowPlanUnchanged() {
    StringBuilder steps = new StringBuilder();
    for (int i = 1; i <= 12; i++) {
      steps
          .append(i > 1 ? "," : "")
          .append("{'need_search':")
          .append(i <= 10)
          .append(",'title':'T")
          .append(i)
          .append("','description':'D")
          .append(i)
          .append("','step_type':'")
          .append(i <= 10 ? "research" : "processing")
          .append("','execution_res':")
          .append(i == 1 ? "'done'" : "null")
          .append("}");
    }
    Submission.Outlined read =
        (Submission.Outlined)
            json(
                "{'plan':{'locale':'en-US','has_enough_context':false,'thought':'t','title':'Title','steps':["
                    + steps
                    + "]}}");

    assertThat(read.outline().items()).hasSize(12);
    assertThat(read.steps())
        .extracting(step -> step.id().value())
        .startsWith("step-1", "step-2")
        .hasSize(12);
    assertThat(read.steps().getFirst().metadata())
        .containsEntry("execution_res", new TextNode("done"));
    assertThat(read.outline().items().get(11).type()).isEqualTo(Outline.Type.PROCESSING);
    assertThat(
            Plan.of(
                    DependencyAnalysis.of(read.outline(), DependencyAnalysis.Strategy.HEURISTIC)
                        .applied(read.steps()))
                .stages())
        .hasSize(2);
  }

  @Test
  void aPlanOfDeerFlowSaysHowMuchItsStepsAnswer() {
    String plan = "'plan':{'locale':'en','thought':'t','steps':[{'title':'a'},{'title':'b'}]}";

    Submission.Outlined read = (Submission.Outlined) json("{'max_tokens':50," + plan + "}");

    assertThat(read.steps())
        .extracting(step -> ((StepKind.Llm) step.kind()).maxTokens())
        .containsOnly(OptionalInt.of(50));
    assertThatThrownBy(() -> json("{'max_tokens':0," + plan + "}"))
        .hasMessageContaining("max_tokens must be more than 0");
  }
}
