package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.plan.StepDraft.approval;
import static dev.troupe.plan.StepDraft.function;
import static dev.troupe.plan.StepDraft.join;
import static dev.troupe.plan.StepDraft.map;
import static dev.troupe.plan.StepDraft.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.Membership;
import dev.troupe.cluster.RunRefusedException;
import dev.troupe.cluster.RunRequest;
import dev.troupe.cluster.StepFailedException;
import dev.troupe.cluster.Troupe;
import dev.troupe.cluster.TroupeRun;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanBuilder;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepKind.Join.How;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunState;
import dev.troupe.run.RunView;
import dev.troupe.run.StepError;
import dev.troupe.run.StepState;
import dev.troupe.run.StepView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs of an application on the JVM: in the node's own, and in one that has joined as a client.
@Timeout(120)
class RunsApiTest {

  private static final String CLIENT =
      """
      pekko.coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
      pekko.loglevel = "WARNING"
      """;

  private static final TestEngine engine = TestEngine.start("solo", "solo", 4);

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.start(folder, List.of(engine.entry()), "");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  @Tag("TR-1")
  void aPlanGivesTheSameEventsWhicheverWayItIsSubmitted() {
    var doubling =
        here()
            .functions()
            .register("double", arguments -> IntNode.valueOf(arguments.path("n").asInt() * 2));
    var plan =
        PlanBuilder.plan()
            .step("one", function("double").with("n", 4))
            .step(
                "each",
                map(List.of(1, 2), item -> item.step("d", function("double").with("n", "$item"))))
            .step("all", join(How.LIST), "one", "each")
            .build();

    var java = submit(plan, "by-java");
    node.send(
            "/v1/runs?wait=30s",
            """
            {"id": "by-rest", "policy": {"max_parallelism": 1}, "tasks": [
              {"id": "one", "kind": "function", "name": "double", "args": {"n": 4}},
              {"id": "each", "kind": "map", "items": [1, 2],
               "steps": [{"id": "d", "kind": "function", "name": "double", "args": {"n": "$item"}}]},
              {"id": "all", "kind": "join", "how": "list", "deps": ["one", "each"]}]}
            """)
        .join();

    assertThat(now(java.result("all")).orElseThrow()).hasToString("[8,[2,4]]");
    assertThat(happened(java)).isEqualTo(happened(here().runs().run("by-rest")));
    doubling.close();
  }

  @Test
  void aForkAndARerunBeginWithTheResultsThatThereAre() {
    var calls = new AtomicInteger();
    var counting =
        here().functions().register("counted", _ -> IntNode.valueOf(calls.incrementAndGet()));
    var plan =
        PlanBuilder.plan()
            .step("a", function("counted"))
            .step("b", function("counted"), "a")
            .build();
    var run = submit(plan, "forked");
    assertThat(now(run.result("b")).orElseThrow()).hasToString("2");

    var fork = now(run.fork("b", "fork-1"));
    var rerun = now(run.rerun("fork-2"));

    assertThat(now(fork.result("a")).orElseThrow()).hasToString("1");
    assertThat(now(fork.result("b")).orElseThrow()).hasToString("3");
    assertThat(now(fork.view()).metadata().get("forked_from")).hasToString("\"forked\"");
    assertThat(now(rerun.result("b")).orElseThrow()).hasToString("2");
    assertThatThrownBy(() -> now(run.fork("nothing", "fork-3")))
        .hasCauseInstanceOf(RunRefusedException.class);
    counting.close();
  }

  @Test
  @Tag("TR-7")
  void aFunctionThatThrowsFailsItsStepAlone() {
    var throwing =
        here()
            .functions()
            .register(
                "throwing",
                _ -> {
                  throw new AssertionError("a bug of the application's");
                });
    var fine = here().functions().register("fine", arguments -> arguments);
    var plan =
        PlanBuilder.plan()
            .step("bad", function("throwing"), policy -> policy.withOptional(true))
            .step("good", function("fine").with("n", 1))
            .build();

    var run = now(submit(plan, "throws", RunPolicy.FailureMode.ISOLATE).end());

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(step(run, "bad").error().orElseThrow())
        .satisfies(error -> {
          assertThat(error.code()).isEqualTo(StepError.Code.EXECUTION_FAILED);
          assertThat(error.message()).contains("a bug of the application's");
        });
    assertThat(step(run, "good").state()).isEqualTo(StepState.COMPLETED);
    throwing.close();
    fine.close();
  }

  @Test
  @Tag("TR-7")
  void whatMayPassIsTriedAgain() {
    var calls = new AtomicInteger();
    var shaky =
        here()
            .functions()
            .register(
                "shaky",
                _ -> {
                  if (calls.incrementAndGet() < 3) {
                    throw StepFailedException.passing("busy");
                  }
                  return TextNode.valueOf("done");
                });
    var plan =
        PlanBuilder.plan()
            .step(
                "a",
                function("shaky"),
                policy -> policy.withRetry(Retry.listed(2, List.of(Duration.ofMillis(1)))))
            .build();

    assertThat(now(submit(plan, "shaky").result("a"))).contains(TextNode.valueOf("done"));
    assertThat(calls).hasValue(3);
    shaky.close();
  }

  @Test
  @Tag("TR-1")
  void argumentsOfAnotherTypeFailTheStepWithTheReason() {
    var typed =
        here().functions().register("typed", RunsExample.Place.class, place -> place.city());
    var plan =
        PlanBuilder.plan().step("a", function("typed").with("inFahrenheit", "no flag")).build();

    var run = now(submit(plan, "typed").end());

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(step(run, "a").error().orElseThrow().message()).contains("are no Place");
    typed.close();
  }

  @Test
  @Tag("RT-20")
  void anAbortInterruptsItsFunctions() {
    var begun = new CompletableFuture<Void>();
    var interrupted = new CompletableFuture<Void>();
    var endless =
        here()
            .functions()
            .register(
                "endless",
                _ -> {
                  begun.complete(null);
                  try {
                    new CompletableFuture<JsonNode>().get();
                  } catch (InterruptedException cancelled) {
                    interrupted.complete(null);
                  }
                  return NullNode.instance;
                });
    var run = submit(PlanBuilder.plan().step("a", function("endless")).build(), "endless");
    now(begun);

    now(run.abort("not needed"));

    now(interrupted);
    assertThat(now(run.end()).state()).isEqualTo(RunState.ABORTED);
    endless.close();
  }

  @Test
  @Tag("UDF-18")
  void aRunFollowsItsVerbs() {
    var fine = here().functions().register("followed", arguments -> arguments);
    var plan =
        PlanBuilder.plan()
            .step("ok", approval("Go on?"))
            .step("then", function("followed").with("n", 1), "ok")
            .step("wait", waitFor(Duration.ofDays(1)))
            .build();
    var run = submit(plan, "verbs");

    now(run.pause());
    now(run.approve("ok", "me"));
    assertThat(now(run.view()).state()).isEqualTo(RunState.PAUSED);
    assertThat(step(now(run.view()), "then").state()).isEqualTo(StepState.READY);
    now(
        run.add(
            PlanBuilder.plan()
                .step("more", function("followed").with("was", "$then.n"))
                .steps("then"::equals)));
    now(run.resume());
    now(run.signal("wait", "enough"));

    var ended = now(run.end());
    assertThat(ended.state()).isEqualTo(RunState.COMPLETED);
    assertThat(step(ended, "more").output().orElseThrow()).hasToString("{\"was\":1}");
    fine.close();
  }

  @Test
  @Tag("RT-1")
  void refusalsHaveTheirCodes() {
    var plan = PlanBuilder.plan().step("w", waitFor(Duration.ofMillis(1))).build();
    var run = submit(plan, "once");
    now(run.end());

    refused(here().runs().submit(RunRequest.of(plan).named("once")), RunRefusal.Code.RUN_EXISTS);
    refused(run.pause(), RunRefusal.Code.RUN_COMPLETED);
    refused(run.retry("nobody"), RunRefusal.Code.RUN_COMPLETED);
    var none = here().runs().run("none");
    refused(none.view(), RunRefusal.Code.RUN_NOT_FOUND);
    refused(none.end(), RunRefusal.Code.RUN_NOT_FOUND);
    refused(none.abort("x"), RunRefusal.Code.RUN_NOT_FOUND);
    refused(none.events().runWith(Sink.seq(), node.system()), RunRefusal.Code.RUN_NOT_FOUND);
  }

  @Test
  @Tag("RT-17")
  void tellsItsEventsFromWhereTheApplicationWas() {
    var plan = PlanBuilder.plan().step("w", waitFor(Duration.ofMillis(1))).build();
    var run = submit(plan, "told-to-java");

    var all = events(run, 0);
    assertThat(all).extracting(Recorded::sequence).first().isEqualTo(1L);
    assertThat(all.getLast().event()).isInstanceOf(RunEvent.RunEnded.class);
    assertThat(events(run, 2)).isEqualTo(all.subList(2, all.size()));
  }

  @Test
  @Tag("TR-1")
  void anApplicationThatHasJoinedHasItsFunctionsCalled() {
    var config =
        ClusterSettings.clientConfig(
            ConfigFactory.parseString(node.asSeed())
                .withFallback(ConfigFactory.parseString(CLIENT)));
    ActorSystem<Void> client =
        ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, config);
    try {
      now(Membership.join(client, ClusterSettings.of(config)));

      var guide = now(RunsExample.guide(client, "solo"));

      assertThat(guide).isNotBlank();
    } finally {
      client.terminate();
      now(client.getWhenTerminated());
    }
  }

  @Test
  @Tag("UDF-21")
  void switchedOffNothingRunsBesideAnythingAndTheResultsAreTheSame() {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var alone =
        here()
            .functions()
            .register(
                "alone",
                arguments -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  Thread.yield();
                  running.decrementAndGet();
                  return arguments;
                });
    var tasks =
        """
        "tasks": [{"id": "a", "kind": "function", "name": "alone", "args": {"n": 1}},
          {"id": "b", "kind": "function", "name": "alone", "args": {"n": 2}},
          {"id": "c", "kind": "function", "name": "alone", "args": {"n": 3}},
          {"id": "all", "kind": "join", "how": "list", "deps": ["a", "b", "c"]}]
        """;

    node.send("/v1/runs?wait=30s", "{\"id\": \"beside\", " + tasks + "}").join();
    most.set(0);
    node.send(
            "/v1/runs?wait=30s",
            "{\"id\": \"apart\", \"parallelization\": {\"enabled\": false}, " + tasks + "}")
        .join();

    assertThat(most).hasValue(1);
    assertThat(now(here().runs().run("apart").result("all")))
        .isPresent()
        .isEqualTo(now(here().runs().run("beside").result("all")));
    alone.close();
  }

  @Test
  @Tag("RT-21")
  void whatIsLargerThanARunMayBeIsRefused() {
    var large = "{\"metadata\": {\"x\": \"" + "x".repeat(4 << 20) + "\"}}";

    var answer = node.send("/v1/runs", large).join();

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void aNameIsRegisteredOnceAndIsFreeAgainWhenItIsClosed() {
    var first = here().functions().register("once", arguments -> arguments);
    assertThatThrownBy(() -> here().functions().register("once", arguments -> arguments))
        .isInstanceOf(IllegalArgumentException.class);
    first.close();

    here().functions().register("once", arguments -> arguments).close();
  }

  private static Troupe here() {
    return Troupe.get(node.system());
  }

  private static TroupeRun submit(Plan plan, String id) {
    return submit(plan, id, RunPolicy.FailureMode.FAIL_FAST);
  }

  private static TroupeRun submit(Plan plan, String id, RunPolicy.FailureMode mode) {
    return now(
        here()
            .runs()
            .submit(
                RunRequest.of(plan)
                    .named(id)
                    .within(RunPolicy.DEFAULT.withFailureMode(mode).withMaxParallelism(1))));
  }

  private static List<Recorded> events(TroupeRun run, long after) {
    return now(run.events(after).runWith(Sink.seq(), node.system()));
  }

  /// All that happened, but for names and limits.
  private static List<RunEvent> happened(TroupeRun run) {
    return events(run, 0).stream().map(Recorded::event).skip(1).toList();
  }

  private static StepView step(RunView run, String id) {
    return run.steps().stream()
        .filter(each -> each.id().value().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static void refused(CompletionStage<?> asked, RunRefusal.Code code) {
    assertThatThrownBy(() -> now(asked))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            RunRefusedException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
