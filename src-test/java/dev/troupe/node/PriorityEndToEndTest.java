package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.cluster.ModelRequest;
import dev.troupe.cluster.Troupe;
import dev.troupe.cluster.TroupeProgram;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs that matter more than others, and programs that say how long they are, in front of an engine with
/// one slot, in the order that ships.
///
/// Where the order matters, a call that never ends takes the slot while the others queue. It leaves when all
/// wait: then the order in which the engine starts them is the scheduler's. What 200 tokens cost is reckoned
/// with seconds, of which waiting pays for 3 ms a second.
@Timeout(90)
class PriorityEndToEndTest {

  private static final String MODEL = "stage";
  private static final int TOKENS = 200;
  private static final int ENDLESS = 100_000;

  private static final TestEngine engine =
      TestEngine.start(MODEL, MODEL, 1, "--decode-micros=1000", "--prefill-micros=0");

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.start(folder, List.of(engine.entry()), "troupe.gateway.highest-priority = 3");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  void aLaterRunThatMattersMoreGoesFirst() {
    var blocker = block("run");
    var usual = node.call("usual", "usual-1", chat(MODEL, "hello", TOKENS));
    node.awaitWaiting("usual");
    submit("urgent", "\"program\": {\"id\": \"urgent-program\", \"priority\": 2}", LLM);
    node.awaitWaiting("urgent-program");

    var first =
        engine.when(stats ->
            TestEngine.starts(stats, "usual-1") + TestEngine.starts(stats, "urgent/a") > 0);
    blocker.close();

    assertThat(TestEngine.starts(first.join(), "urgent/a")).isEqualTo(1);
    assertThat(usual.join().statusCode()).isEqualTo(200);
    assertThat(awaitOver("urgent").at("/metadata/program_priority").asInt()).isEqualTo(2);
    assertThat(node.program("urgent-program").path("priority").asInt()).isEqualTo(2);
    assertThat(node.program("usual").path("priority").asInt()).isZero();
  }

  @Test
  void callsGoByWhatTheirProgramsSayInWhicheverWay() {
    var blocker = block("calls");
    var least = saying("least", "X-Program-Priority", "-1");
    var none = node.call("none", "none-1", chat(MODEL, "hello", TOKENS));
    node.awaitWaiting("none");
    var more = saying("more", "X-Program-Priority", "1");
    var most = fromTheJvm(Troupe.get(node.system()).program("most").withPriority(2));

    var second = engine.when(stats -> TestEngine.starts(stats, "more-1") == 1);
    var third = engine.when(stats -> TestEngine.starts(stats, "none-1") == 1);
    blocker.close();

    assertThat(TestEngine.starts(second.join(), "most-1")).isEqualTo(1);
    assertThat(TestEngine.starts(second.join(), "none-1")).isZero();
    assertThat(TestEngine.starts(third.join(), "more-1")).isEqualTo(1);
    assertThat(TestEngine.starts(third.join(), "least-1")).isZero();
    most.toCompletableFuture().join();
    CompletableFuture.allOf(least, none, more).join();
  }

  /// All cost the same. Two calls of a run are to come after its first one; nobody says it.
  @Test
  void programsThatSayHowLongTheyAreGoByThat() {
    var blocker = block("lengths");
    submit("of-three", "\"metadata\": {}", LLM + ", " + then("b", "a") + ", " + then("c", "b"));
    node.awaitWaiting("of-three");
    var unsaid = node.call("unsaid", "unsaid-1", chat(MODEL, "hello", TOKENS));
    node.awaitWaiting("unsaid");
    var last = saying("of-one", "X-Program-Remaining-Calls", "0");
    var ofNine = fromTheJvm(Troupe.get(node.system()).program("of-nine").withRemainingCalls(8));
    assertThat(node.program("of-three").path("remaining_calls").asInt()).isEqualTo(2);
    assertThat(node.program("of-one").path("remaining_calls").asInt(-1)).isZero();
    assertThat(node.program("of-nine").path("remaining_calls").asInt()).isEqualTo(8);
    assertThat(node.program("unsaid").has("remaining_calls")).isFalse();

    var second = engine.when(stats -> TestEngine.starts(stats, "unsaid-1") == 1);
    var third = engine.when(stats -> TestEngine.starts(stats, "of-three/a") == 1);
    blocker.close();

    assertThat(TestEngine.starts(second.join(), "of-one-1")).isEqualTo(1);
    assertThat(TestEngine.starts(second.join(), "of-three/a")).isZero();
    assertThat(TestEngine.starts(third.join(), "of-nine-1")).isZero();
    assertThat(awaitOver("of-three").path("state").asText()).isEqualTo("completed");
    assertThat(node.program("of-three").path("remaining_calls").asInt(-1)).isZero();
    CompletableFuture.allOf(unsaid, last, ofNine.toCompletableFuture()).join();
  }

  private static String then(String step, String before) {
    return LLM.replace("\"id\": \"a\"", "\"id\": \"" + step + "\"").replace("hello", "$" + before);
  }

  @Test
  void aSubRunMattersAsMuchAsItsRun() {
    submit(
        "outer",
        "\"program\": {\"priority\": 3}",
        "{\"id\": \"inner\", \"kind\": \"subrun\", \"steps\": [" + LLM + "]}");

    assertThat(awaitOver("outer").path("state").asText()).isEqualTo("completed");

    var inner = node.program("outer%2Finner");
    assertThat(inner.path("priority").asInt()).isEqualTo(3);
    assertThat(inner.path("parent").asText()).isEqualTo("outer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/runs | {\"program\": {\"priority\": 4}, \"tasks\": [LLM]} | /program/priority",
        "/v1/runs | {\"program\": {\"priority\": 5}, \"tasks\": [LLM]} | /program/priority",
        "/v1/schedules | {\"id\": \"s\", \"schedule\": {\"every_ms\": 9999999},"
            + " \"run\": {\"program\": {\"priority\": 4}, \"tasks\": [LLM]}}"
            + " | /run/program/priority",
        "/v1/programs | {\"id\": \"p\", \"priority\": 4} | priority",
        "/v1/chat/completions | {\"model\": \"stage\", \"autellix_priority\": 4,"
            + " \"messages\": []} | autellix_priority",
        "/v1/programs | {\"id\": \"p\", \"remaining_calls\": -1} | remaining_calls",
        "/v1/chat/completions | {\"model\": \"stage\", \"autellix_remaining_calls\": 1000001,"
            + " \"messages\": []} | autellix_remaining_calls",
      })
  void refusesWhatIsNoNumberOrNotAllowed(String path, String body, String place) {
    var answer = node.send(path, body.replace("LLM", LLM)).join();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer.body()).at("/error/param").asText()).isEqualTo(place);
  }

  @Test
  void aPreviewTellsOfAPriorityThatASubmissionIsRefusedFor() {
    var plan = "{\"program\": {\"priority\": %d}, \"tasks\": [" + LLM + "]}";

    var refused = json(node.send("/v1/plans", plan.formatted(4)).join().body());
    var taken = json(node.send("/v1/plans", plan.formatted(3)).join().body());

    assertThat(refused.at("/issues/0/message").asText()).contains("at most 3");
    assertThat(taken.path("issues")).isEmpty();
  }

  private static final String LLM =
      "{\"id\": \"a\", \"kind\": \"llm\", \"model\": \"stage\", \"prompt\": \"hello\","
          + " \"max_tokens\": 200}";

  /// Takes the slot until it is closed.
  private static TestCall block(String name) {
    engine.awaitRunning(0);
    var blocker = node.open(name, "block-" + name, streamedChat(MODEL, "stay", ENDLESS));
    engine.awaitRunning(1);
    return blocker;
  }

  private static CompletableFuture<HttpResponse<String>> saying(
      String program, String header, String value) {
    var answer =
        node.send(
            "/v1/chat/completions",
            chat(MODEL, "hello", TOKENS),
            "X-Program-Id",
            program,
            "X-Call-Id",
            program + "-1",
            header,
            value);
    node.awaitWaiting(program);
    return answer;
  }

  private static CompletionStage<Done> fromTheJvm(TroupeProgram program) {
    var name = program.id().value();
    var answer =
        program
            .call(ModelRequest.chat(chat(MODEL, "hello", TOKENS)).named(name + "-1"))
            .runWith(Sink.ignore(), node.system());
    node.awaitWaiting(name);
    return answer;
  }

  private static void submit(String id, String program, String task) {
    var answer =
        node.send("/v1/runs", "{\"id\": \"%s\", %s, \"tasks\": [%s]}".formatted(id, program, task))
            .join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  private static JsonNode awaitOver(String run) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> json(node.get("/v1/runs/" + run).body()),
            view -> !view.path("ended_at").isNull());
  }
}
