package dev.troupe.plan;

import static dev.troupe.plan.Steps.id;
import static dev.troupe.plan.Steps.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunJsonTest {

  private static final RunJson READER = new RunJson(Tools.ALL, PlanLimits.DEFAULT);

  /// JSON with `'` for `"`.
  private static Submission read(String json) {
    return READER.read(bytes(json), RunJson.Form.NATIVE);
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static Plan plan(String json) {
    return ((Submission.Planned) read(json).work()).plan();
  }

  private static PlanError refused(String json) {
    return refused(() -> read(json));
  }

  private static PlanError refused(Runnable attempt) {
    InvalidPlanException thrown = catchThrowableOfType(InvalidPlanException.class, attempt::run);
    assertThat(thrown).isNotNull();
    return thrown.error();
  }

  private static String llm(String id, String prompt) {
    return "{'id':'" + id + "','kind':'llm','model':'m','prompt':'" + prompt + "'}";
  }

  @Test
  @Tag("RT-1")
  @Tag("RT-15")
  void readsEveryFieldOfThePredecessor() {
    Submission read =
        READER.read(
            bytes(
                """
                {'id':'run-1','policy':{'timeout_ms':30000,'max_parallelism':2,
                 'budget_limit':{'amount':0.25,'currency':'USD'},
                 'context_policy':{'max_tokens':100,'strategy':'keep_last_n','keep_last_n':3}},
                 'tasks':[{'id':'a','prompt':'cost $5 and ${HOME}','model':'m','inputs':{'k':'v'},'metadata':{'x':'y'}},
                 {'id':'b','prompt':'then ${k}','model':'m','inputs':{'k':'w'},'deps':['a']}]}
                """),
            RunJson.Form.PREDECESSOR);

    assertThat(read.id()).contains("run-1");
    assertThat(read.policy().timeout()).contains(Duration.ofSeconds(30));
    assertThat(read.policy().maxParallelism()).isEqualTo(2);
    assertThat(read.policy().budget()).isEqualTo(Budget.ofMoney(250_000, "USD"));
    assertThat(read.policy().context())
        .isEqualTo(new ContextPolicy(OptionalLong.of(100), ContextPolicy.Strategy.KEEP_LAST_N, 3));
    Plan plan = ((Submission.Planned) read.work()).plan();
    Step a = plan.step(id("a")).orElseThrow();
    assertThat(((StepKind.Llm) a.kind()).messages())
        .containsExactly(Message.user(Template.fixed("cost $5 and ${HOME}")));
    assertThat(((StepKind.Llm) a.kind()).inputs())
        .containsEntry("k", new Argument.Literal(new TextNode("v")));
    assertThat(a.metadata()).containsEntry("x", new TextNode("y"));
    Step b = plan.step(id("b")).orElseThrow();
    assertThat(b.dependencies()).isEqualTo(ids("a"));
    assertThat(
            ((Argument.Text) ((StepKind.Llm) b.kind()).messages().getFirst().content())
                .template()
                .parts())
        .containsExactly(new Template.Fixed("then "), new Template.Input("k", ResultPath.WHOLE));
  }

  @ParameterizedTest
  @Tag("RT-1")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '~',
      value = {
        "{} => invalid_input",
        "{'policy':{'max_parallelism':1}} => invalid_input",
        "{'policy':{'max_parallelism':0,'budget_limit':{'amount':1}},'tasks':[{'id':'a','prompt':'p','model':'m'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':0}},'tasks':[{'id':'a','prompt':'p','model':'m'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'currency':'USD'}},'tasks':[{'id':'a','prompt':'p','model':'m'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[]} => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'prompt':'p','model':'m'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'id':'a','model':'m'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'id':'a','prompt':'p'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'id':'a','prompt':'p','model':'m'},{'id':'a','prompt':'p','model':'m'}]}"
            + " => invalid_input",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'id':'a','prompt':'p','model':'m','deps':['z']}]}"
            + " => dep_not_found",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'id':'a','prompt':'p','model':'m','deps':['a']}]}"
            + " => dag_cycle",
        "{'policy':{'max_parallelism':1,'budget_limit':{'amount':1}},'tasks':[{'id':'a','prompt':'p','model':'m','deps':['b']},{'id':'b','prompt':'p','model':'m','deps':['a']}]}"
            + " => dag_cycle",
        "not json => invalid_input"
      })
  void refusesWhatThePredecessorRefused(String json, String code) {
    PlanError error = refused(() -> READER.read(bytes(json), RunJson.Form.PREDECESSOR));

    assertThat(error.code().word()).isEqualTo(code);
  }

  @Test
  @Tag("DS-10")
  @Tag("RT-18")
  void refusesUnknownKeysNamingThemTheirPlaceAndTheMend() {
    PlanError error =
        refused(
            "{'tasks':["
                + llm("a", "x")
                + ",{'id':'b','kind':'llm','model':'m','prompt':'x','dependsOn':['a']}]}");

    assertThat(error.code()).isEqualTo(PlanError.Code.UNKNOWN_KEY);
    assertThat(error.place()).isEqualTo("/tasks/1/dependsOn");
    assertThat(error.message()).contains("\"dependsOn\"").contains("did you mean \"depends_on\"?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x','retry':{'max':1}}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x'}],'policy':{'maxParallelism':1}}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x'}],'policy':{'budget_limit':{'amount':1,'usd':2}}}",
        "{'tasks':[{'id':'a','kind':'wait','duration_ms':1,'model':'m'}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x'}],'colour':1}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','messages':[{'role':'user','content':'x','name':'y'}]}]}"
      })
  void refusesUnknownKeysEverywhere(String json) {
    assertThat(refused(json).code()).isEqualTo(PlanError.Code.UNKNOWN_KEY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'task':[]}|/task|tasks",
        "{'tasks':[{'id':'a','promt':'x','model':'m'}]}|/tasks/0/promt|prompt",
        "{'tasks':[{'id':'a','kind':'llm','promt':'x','model':'m'}]}|/tasks/0/promt|prompt",
        "{'tasks':[{'id':'a','prompt':'x','modell':'m'}]}|/tasks/0/modell|model",
        "{'tasks':[{'id':'a','kind':'function','nane':'f'}]}|/tasks/0/nane|name",
        "{'tasks':[{'id':'a','kind':'http','Url':'http://h'}]}|/tasks/0/Url|url"
      })
  void namesTheKeyThatIsMisspeltRatherThanTheOneThatIsMissing(
      String json, String place, String meant) {
    PlanError error = refused(json);

    assertThat(error.code()).isEqualTo(PlanError.Code.UNKNOWN_KEY);
    assertThat(error.place()).isEqualTo(place);
    assertThat(error.message()).contains("did you mean \"" + meant + "\"?");
  }

  @Test
  void saysWhatIsMissingWhereNothingLooksLikeIt() {
    assertThat(refused("{'tasks':[{'kind':'condition','if':'true'}]}").message())
        .contains("\"id\" is required");
    assertThat(refused("{'colour':1}").message()).contains("at least one task");
  }

  @Test
  void aMistypedReferenceIsRefusedAndAMeantOneIsNot() {
    assertThat(refused("{'tasks':[" + llm("a", "x") + "," + llm("b", "use ${aa.text}") + "]}"))
        .satisfies(error -> {
          assertThat(error.code()).isEqualTo(PlanError.Code.DEP_NOT_FOUND);
          assertThat(error.place()).isEqualTo("/tasks/1/prompt");
          assertThat(error.message()).contains("${aa.text}").contains("$${aa.text}");
        });
    Plan plan =
        plan(
            "{'tasks':["
                + llm("a", "x")
                + ","
                + llm("b", "$5 $${aa} $a. Then $b2 ${a.t[0]}")
                + "]}");
    Step b = plan.step(id("b")).orElseThrow();
    assertThat(b.dependencies()).isEqualTo(ids("a"));
    assertThat(
            ((Argument.Text) ((StepKind.Llm) b.kind()).messages().getFirst().content())
                .template()
                .parts())
        .containsExactly(
            new Template.Fixed("$5 ${aa} "),
            new Template.Hole(Argument.Reference.to(id("a"), ResultPath.WHOLE)),
            new Template.Fixed(". Then $b2 "),
            new Template.Hole(Argument.Reference.to(id("a"), ResultPath.of("t[0]"))));
  }

  @Test
  void theLongestIdThatExistsIsMeant() {
    Plan plan =
        plan(
            "{'tasks':["
                + llm("a", "x")
                + ","
                + llm("a.b", "x")
                + ","
                + llm("c", "${a.b.c} ${a.x}")
                + "]}");

    assertThat(plan.step(id("c")).orElseThrow().dependencies()).isEqualTo(ids("a.b", "a"));
  }

  @Test
  @Tag("DS-12")
  void argumentsRefer() {
    Plan plan =
        plan(
            """
            {'tasks':[{'id':'a','kind':'function','name':'search','args':['x']},
             {'id':'b','kind':'function','name':'publish','args':{
               'score':'$a.n','first':{'$expr':'$a.n + 1'},'note':{'$ref':'a.t','default':null,'required':false},
               'both':['plain',{'$literal':'$a'},'with $a in it',{'deep':'$a'}]}}]}
            """);

    Step b = plan.step(id("b")).orElseThrow();
    assertThat(b.dependencies()).isEqualTo(ids("a"));
    Argument.Merged args = (Argument.Merged) ((StepKind.Function) b.kind()).arguments();
    assertThat(args.fields().get("score"))
        .isEqualTo(Argument.Reference.to(id("a"), ResultPath.of("n")));
    assertThat(args.fields().get("first")).isInstanceOf(Argument.Computed.class);
    assertThat(args.fields().get("note"))
        .isEqualTo(new Argument.Reference(id("a"), ResultPath.of("t"), false, Optional.empty()));
    assertThat(args.fields().get("both"))
        .isInstanceOfSatisfying(
            Argument.Sequence.class,
            both ->
                assertThat(both.elements())
                    .element(1)
                    .isEqualTo(new Argument.Literal(new TextNode("$a"))));
  }

  @Test
  void readsPoliciesOfSteps() {
    Step step =
        plan("""
        {'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x','timeout_ms':1500,'idle_timeout_ms':10,
         'retry':{'backoff_ms':[2000,10000,30000],'max_retries':3},'repeat':'at_most_once','optional':true,
         'priority':3,'concurrency_key':'k','expected_ms':20,'expected_tokens':9}]}
        """)
            .steps()
            .getFirst();

    assertThat(step.policy())
        .isEqualTo(
            new StepPolicy(
                Retry.UDF,
                Optional.of(Duration.ofMillis(1500)),
                Optional.of(Duration.ofMillis(10)),
                Repeat.AT_MOST_ONCE,
                true,
                3,
                Optional.of("k"),
                Optional.of(Duration.ofMillis(20)),
                OptionalLong.of(9)));
  }

  @Test
  void requestsThatChangeThingsAreNotMadeTwice() {
    List<Step> steps =
        plan("{'tasks':[{'id':'a','kind':'http','url':'u'},{'id':'b','kind':'http','method':'POST','url':'u'}]}")
            .steps();

    assertThat(steps.get(0).policy()).isSameAs(StepPolicy.DEFAULT);
    assertThat(steps.get(1).policy().repeat()).isEqualTo(Repeat.AT_MOST_ONCE);
    assertThat(steps.get(1).policy().retry().maxRetries()).isZero();
  }

  @Test
  void readsWhatSurroundsThePlan() {
    Submission read =
        read(
            "{'id':'r','program':{'id':'p','parent':'q','priority':2},'memory':{'k':1},'metadata':{'m':true},"
                + "'parallelization':{'enabled':false,'max_concurrent_tasks':3},"
                + "'webhook':{'url':'https://x','secret':'s','events':['run_completed']},"
                + "'analysis':{'strategy':'llm_based','fallback':'sequential','role':'fast'},"
                + "'policy':{'failure_mode':'continue','mode':'batched','durability':'async'},"
                + "'tasks':["
                + llm("a", "x")
                + "]}");

    assertThat(read.program())
        .contains(new Submission.ProgramRef(Optional.of("p"), Optional.of("q"), OptionalInt.of(2)));
    assertThat(read.parallelization())
        .isEqualTo(new Submission.Parallelization(false, OptionalInt.of(3)));
    assertThat(read.webhook().orElseThrow().events()).containsExactly("run_completed");
    assertThat(read.webhook().orElseThrow().toString())
        .doesNotContain("s\"")
        .isEqualTo("Webhook[https://x]");
    assertThat(read.analysis().model()).contains(new ModelRef.InRole("fast"));
    assertThat(read.policy().failureMode()).isEqualTo(RunPolicy.FailureMode.ISOLATE);
    assertThat(read.policy().mode()).isEqualTo(RunPolicy.Mode.BATCHED);
    assertThat(read.memory()).containsKey("k");
  }

  @Test
  void aProgramNeedsNoNameToSayHowMuchItMatters() {
    var read = read("{'program':{'priority':-4},'tasks':[" + llm("a", "x") + "]}");

    assertThat(read.program())
        .contains(
            new Submission.ProgramRef(Optional.empty(), Optional.empty(), OptionalInt.of(-4)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-5", "1.5", "'high'", "99999999999"})
  void refusesAPriorityThatIsNone(String priority) {
    var error =
        refused(
            "{'program':{'id':'p','priority':" + priority + "},'tasks':[" + llm("a", "x") + "]}");

    assertThat(error.code()).isEqualTo(PlanError.Code.INVALID_INPUT);
    assertThat(error.place()).isEqualTo("/program/priority");
  }

  @Test
  void aRunHasOnePlan() {
    assertThat(refused("{'tasks':[" + llm("a", "x") + "],'llmcompiler':'1. search(1)'}").code())
        .isEqualTo(PlanError.Code.INVALID_INPUT);
  }

  @Test
  void aPriorityBesideTheStepsIsRefusedWithItsPlace() {
    var error = refused("{'priority': 2, 'tasks': [" + llm("a", "Hi") + "]}");

    assertThat(error.code()).isEqualTo(PlanError.Code.UNKNOWN_KEY);
    assertThat(error.message()).contains("{\"program\": {\"priority\": 2}}");
  }

  @Test
  @Tag("RT-1")
  void additionsMayReferToWhatIsThere() {
    Plan before = plan("{'tasks':[" + llm("a", "x") + "]}");

    List<Step> added =
        READER.additions(
            bytes("{'tasks':[" + llm("b", "of ${a} and ${c}") + "," + llm("c", "y") + "]}"),
            before);

    assertThat(before.with(added).step(id("b")).orElseThrow().dependencies())
        .isEqualTo(ids("a", "c"));
    assertThat(
            refused(() ->
                    READER.additions(bytes("{'tasks':[" + llm("b", "${ghost}") + "]}"), before))
                .code())
        .isEqualTo(PlanError.Code.DEP_NOT_FOUND);
    assertThat(refused(() -> READER.additions(bytes("{'tasks':[]}"), before)).code())
        .isEqualTo(PlanError.Code.INVALID_INPUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'tasks':[{'id':'a','kind':'map','items':[1],'steps':[]}]}",
        "{'tasks':[{'id':'a','kind':'map','items':[1],'max_parallel':0,'steps':[{'id':'x','kind':'join'}]}]}",
        "{'tasks':[{'id':'a','kind':'loop','until':'TRUE','max_iterations':0,'steps':[{'id':'x','kind':'join'}]}]}",
        "{'tasks':[{'id':'a','kind':'loop','until':'TRUE','steps':[{'id':'x','kind':'join'}]}]}",
        "{'tasks':[{'id':'a','kind':'condition','if':'TRUE'}]}",
        "{'tasks':[{'id':'a','kind':'wait'}]}",
        "{'tasks':[{'id':'a','kind':'wait','duration_ms':1,'until':'2026-01-01T00:00:00Z'}]}",
        "{'tasks':[{'id':'a','kind':'wait','until':'tomorrow'}]}",
        "{'tasks':[{'id':'a','kind':'http','method':'BREW','url':'u'}]}",
        "{'tasks':[{'id':'a','kind':'dance'}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m'}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','role':'fast','prompt':'x'}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x','deps':['b'],'depends_on':['b']}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x','timeout_ms':-1}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x','timeout_ms':1.5}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x','max_tokens':99999999999}]}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x'}],'policy':{'budget_limit':{'amount':1e999999999}}}",
        "{'tasks':[{'id':'a','kind':'llm','model':'m','prompt':'x'}],'policy':{'budget_limit':{'amount':'1'}}}",
        "{'tasks':{'id':'a'}}",
        "{'tasks':['a']}",
        "[]",
        "null",
        "",
        "{'tasks':[{'id':'a','id':'b','kind':'join'}]}",
        "{'tasks':[{'id':'a','kind':'join'}]} {}"
      })
  void refusesWhatIsOfNoForm(String json) {
    PlanError error = refused(json);

    assertThat(error.code()).isEqualTo(PlanError.Code.INVALID_INPUT);
    assertThat(error.place()).isNotEmpty();
    assertThat(error.message()).isNotBlank();
  }
}
