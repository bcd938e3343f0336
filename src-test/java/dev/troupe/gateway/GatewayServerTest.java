package dev.troupe.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.actor.ProgramActor;
import dev.troupe.gateway.GatewayFixture.TakenCall;
import dev.troupe.program.Reason;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayServerTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ANSWER = "{\"id\":\"a-1\",\"choices\":[]}";
  private static final String EVENT = "data: {\"choices\":[{\"delta\":{\"content\":\"é\"}}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private GatewayFixture gateway;

  @BeforeAll
  void start() {
    gateway = new GatewayFixture("max-body-bytes = 4 KiB");
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void passesAnAnswerOnAsTheEngineGaveIt() throws Exception {
    var response = gateway.chat("");
    gateway.taken().answers(200, ANSWER);

    var answer = response.join();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(ANSWER);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(ANSWER.length());
    assertThat(answer.headers().firstValue("x-engine")).contains("kept");
    assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void saysInHeadersWhatBecameOfTheCall() throws Exception {
    var response =
        gateway.chat(
            "",
            "X-Program-Id",
            "pröject",
            "X-Call-Id",
            "step-1",
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    gateway.taken().answers(200, ANSWER);

    var headers = response.join().headers();
    assertThat(headers.firstValue("x-troupe-call")).contains("step-1");
    assertThat(headers.firstValue("x-program-id-source")).contains("x-program-id");
    assertThat(headers.firstValue("x-troupe-engine")).contains("engine-1");
    assertThat(headers.firstValue("x-troupe-waited-ms")).contains("7");
    assertThat(headers.firstValue("x-troupe-why")).contains("prefix;tokens=64");
    assertThat(headers.firstValue("x-trace-id")).contains("0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void startsTheCallWithWhatTheBodySays() throws Exception {
    var response =
        gateway.chat(
            ",\"max_tokens\":9,\"autellix_session_id\":\"s-1\",\"seed\" : 4",
            "Authorization",
            "Bearer secret",
            "X-Custom",
            "passed",
            "X-Program-Id",
            "p-1",
            "X-Troupe-Deadline-Ms",
            "1500");
    var call = gateway.taken();
    call.answers(200, ANSWER);
    response.join();

    var start = call.start();
    assertThat(start.call().pool().model()).isEqualTo("tiny");
    assertThat(start.call().outputTokens()).isEqualTo(9);
    assertThat(start.call().program().value()).isEqualTo("p-1");
    assertThat(start.call().program().tenant().name()).startsWith("key-");
    assertThat(start.deadline()).isEqualTo(Duration.ofMillis(1500));
    assertThat(start.request().path()).isEqualTo("/v1/chat/completions");
    assertThat(start.request().headers())
        .extracting(Header::name)
        .contains("x-custom")
        .doesNotContain("authorization", "x-program-id", "host", "connection");
    assertThat(JSON.readTree(call.sentBody()))
        .isEqualTo(JSON.readTree(GatewayFixture.CHAT.formatted(",\"max_tokens\":9,\"seed\":4")));
  }

  @Test
  void expectsNoMoreOutputThanUsualHoweverMuchIsAllowed() throws Exception {
    var response = gateway.chat(",\"max_tokens\":32000");
    var call = gateway.taken();
    call.answers(200, ANSWER);
    response.join();

    assertThat(call.start().call().outputTokens()).isEqualTo(256);
  }

  @Test
  void forwardsEventsUntouched() throws Exception {
    var pieces = List.of(EVENT, EVENT.substring(0, 9), EVENT.substring(9) + ": ping\n\n", DONE);
    var response = gateway.chat(",\"stream\":true");
    var call = gateway.taken();
    assertThat(call.start().request().streamed()).isTrue();
    call.streams(Source.from(pieces).map(ByteString::fromString));

    var answer = response.join();
    assertThat(answer.body()).isEqualTo(String.join("", pieces));
    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    assertThat(answer.headers().firstValue("x-troupe-engine")).contains("engine-1");
  }

  @Test
  void servesPlainCompletions() throws Exception {
    var response = gateway.post("/v1/completions", "{\"model\":\"tiny\",\"prompt\":\"once\"}");
    var call = gateway.taken();
    call.answers(200, ANSWER);

    assertThat(response.join().body()).isEqualTo(ANSWER);
    assertThat(call.start().request().path()).isEqualTo("/v1/completions");
  }

  @Test
  void passesAnEnginesErrorOn() throws Exception {
    var response = gateway.chat(",\"stream\":true");
    gateway.taken().answers(422, "{\"error\":{\"message\":\"too hot\"}}");

    assertThat(response.join().statusCode()).isEqualTo(422);
    assertThat(response.join().body()).isEqualTo("{\"error\":{\"message\":\"too hot\"}}");
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUE_FULL,429,queue_full",
    "DRAINING,503,draining",
    "DEADLINE_EXCEEDED,504,deadline_exceeded",
    "ENGINE_LOST,502,engine_lost",
    "PROGRAM_ENDED,409,program_ended",
  })
  void answersAFailedCallWithItsStatus(Reason reason, int status, String code) throws Exception {
    var response = gateway.chat(",\"stream\":true");
    gateway.taken().fails(reason, Optional.of(Duration.ofMillis(2100)));

    var answer = response.join();
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer).path("code").asText()).isEqualTo(code);
    assertThat(error(answer).path("message").asText()).isEqualTo("It went wrong.");
    assertThat(error(answer).path("trace_id").asText())
        .isEqualTo(answer.headers().firstValue("x-trace-id").orElseThrow());
    // 2.1 s are 3 whole seconds.
    assertThat(answer.headers().firstValue("retry-after")).hasValue("3");
  }

  @Test
  void endsABrokenStreamWithAnErrorThatCanBeRead() throws Exception {
    var response = gateway.chat(",\"stream\":true");
    gateway
        .taken()
        .streams(
            Source.from(List.of(EVENT, "data: {\"half"))
                .map(ByteString::fromString)
                .concat(lost()));

    var events = response.join().body().split("\n\n", -1);
    assertThat(events[0] + "\n\n").isEqualTo(EVENT);
    var error = JSON.readTree(events[1].substring("data: ".length())).path("error");
    assertThat(error.path("code").asText()).isEqualTo("engine_lost");
    assertThat(error.path("trace_id").asText()).hasSize(32);
    assertThat(response.join().body()).doesNotContain("half").doesNotContain("[DONE]");
  }

  @Test
  void cutsABrokenAnswerThatHasALength() throws Exception {
    var response = gateway.chat("");
    gateway
        .taken()
        .answers(
            200,
            List.of(
                new Header("content-type", "application/json"), new Header("content-length", "99")),
            Source.single(ByteString.fromString("{\"id\":")).concat(lost()));

    assertThat(response.handle((_, failure) -> failure != null).join()).isTrue();
  }

  @Test
  void endsAStreamWhoseDeadlinePasses() throws Exception {
    var response = gateway.chat(",\"stream\":true");
    var call = gateway.taken();
    call.streams(Source.single(ByteString.fromString(EVENT)).concat(Source.maybe()));
    call.fails(Reason.DEADLINE_EXCEEDED, Optional.empty());

    assertThat(response.join().body()).contains("deadline_exceeded");
  }

  @Test
  void putsMetadataIntoAnAnnotatedAnswer() throws Exception {
    var response = gateway.chat(",\"autellix_session_id\":\"s-9\",\"autellix_thread_id\":\"t-9\"");
    gateway.taken().answers(200, ANSWER);

    var answer = JSON.readTree(response.join().body());
    assertThat(answer.path("id").asText()).isEqualTo("a-1");
    assertThat(answer.path("autellix_metadata").path("session_id").asText()).isEqualTo("s-9");
    assertThat(answer.path("autellix_metadata").path("thread_id").asText()).isEqualTo("t-9");
  }

  @Test
  void putsMetadataIntoTheFirstEventOnly() throws Exception {
    var response = gateway.chat(",\"stream\":true,\"autellix_session_id\":\"s-8\"");
    gateway
        .taken()
        .streams(
            Source.from(List.of(": {hello}\n\n", EVENT, EVENT, DONE)).map(ByteString::fromString));

    var events = response.join().body().split("\n\n");
    assertThat(events[0]).isEqualTo(": {hello}");
    var first = JSON.readTree(events[1].substring("data: ".length()));
    assertThat(first.path("autellix_metadata").path("session_id").asText()).isEqualTo("s-8");
    assertThat(first.path("choices").path(0).path("delta").path("content").asText()).isEqualTo("é");
    assertThat(events[2] + "\n\n").isEqualTo(EVENT);
    assertThat(events[3] + "\n\n").isEqualTo(DONE);
  }

  @Test
  void refusesAnUnknownModel() throws Exception {
    var answer =
        gateway.post("/v1/chat/completions", "{\"model\":\"huge\",\"messages\":[]}").join();

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(error(answer).path("code").asText()).isEqualTo("model_not_found");
    assertThat(error(answer).path("message").asText()).contains("huge");
  }

  @Test
  void refusesABrokenBodyNamingThePlace() throws Exception {
    var answer = gateway.post("/v1/chat/completions", "{\"model\" \"tiny\"}").join();

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(error(answer).path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error(answer).path("message").asText()).contains("line 1, column 10");
  }

  @Test
  void namesTheMissingMember() throws Exception {
    var answer = gateway.post("/v1/chat/completions", "{\"model\":\"tiny\"}").join();

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(error(answer).path("param").asText()).isEqualTo("messages");
  }

  @Test
  void refusesADeadlineThatIsNone() throws Exception {
    var answer = gateway.chat("", "X-Troupe-Deadline-Ms", "soon").join();

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(error(answer).path("param").asText()).isEqualTo("x-troupe-deadline-ms");
  }

  @Test
  void refusesALargeBodyWhateverItsForm() throws Exception {
    var large = GatewayFixture.CHAT.formatted(",\"x\":\"" + "y".repeat(5000) + "\"");
    var announced = gateway.post("/v1/chat/completions", large).join();
    var chunked =
        gateway.send(
            gateway
                .request("/v1/chat/completions")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large.getBytes(UTF_8)))));

    assertThat(announced.statusCode()).isEqualTo(413);
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(error(chunked).path("code").asText()).isEqualTo("body_too_large");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/chat/completions,405,method_not_allowed",
    "DELETE,/v1/models,405,method_not_allowed",
    "PUT,/v1/programs/p,405,method_not_allowed",
    "POST,/health,405,method_not_allowed",
    "POST,/v1/embeddings,404,unknown_path",
    "GET,/v2,404,unknown_path",
    "GET,/v1/models/huge,404,model_not_found",
    "GET,/v1/programs/nobody,404,program_not_found",
  })
  void answersOtherPathsAndMethodsInTheSameShape(
      String method, String path, int status, String code) throws Exception {
    var answer = gateway.send(gateway.request(path).method(method, BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(error(answer).path("code").asText()).isEqualTo(code);
    assertThat(error(answer).path("trace_id").asText()).hasSize(32);
  }

  @ParameterizedTest
  @CsvSource({
    "/",
    "/health",
    "/ready",
    "/metrics",
    "/v1/models",
    "/v1/models/org/tiny",
    "/v1/engines"
  })
  void answersGetAndHead(String path) throws Exception {
    var get = gateway.send(gateway.request(path));
    var head = gateway.send(gateway.request(path).HEAD());

    assertThat(get.statusCode()).isEqualTo(200);
    assertThat(get.body()).isNotBlank();
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void saysWhetherStorageIsAvailable() throws Exception {
    var health = JSON.readTree(gateway.send(gateway.request("/health")).body());

    assertThat(health.path("status").asText()).isEqualTo("healthy");
    assertThat(health.path("storage").path("status").asText()).isEqualTo("available");
    assertThat(health.path("storage").path("unsaved_programs").asInt(-1)).isZero();
  }

  @Test
  void listsModelsAndEngines() throws Exception {
    var models = JSON.readTree(gateway.send(gateway.request("/v1/models")).body());
    var engines = JSON.readTree(gateway.send(gateway.request("/v1/engines")).body());

    assertThat(models.path("data").findValuesAsText("id")).containsExactly("org/tiny", "tiny");
    var engine = engines.path("data").path(0);
    assertThat(engine.path("id").asText()).isEqualTo("engine-1");
    assertThat(engine.path("dialect").asText()).isEqualTo("vllm");
    assertThat(engine.path("slots").asInt()).isEqualTo(4);
    assertThat(engine.path("kv_cache_use").asDouble()).isEqualTo(0.25);
    assertThat(engine.has("running")).isFalse();
  }

  @Test
  void ignoresAnOfferToUpgrade() throws Exception {
    // This client offers h2c with its first request.
    var answer = gateway.send(gateway.request("/health").version(HttpClient.Version.HTTP_2));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
  }

  @Test
  void tellsTheCallHowMuchItsProgramMattersAndHowLongItIsAndNotTheEngine() throws Exception {
    var response =
        gateway.chat(
            ",\"autellix_priority\":-1,\"autellix_remaining_calls\":4,\"priority\":7",
            "X-Program-Priority",
            "2",
            "X-Program-Remaining-Calls",
            "5",
            "X-Program-Id",
            "important");
    var call = gateway.taken();
    call.answers(200, ANSWER);
    response.join();

    assertThat(call.start().declared().priority()).hasValue(2);
    assertThat(call.start().declared().remainingCalls()).hasValue(5);
    assertThat(call.sentBody()).contains("\"priority\":7").doesNotContain("autellix");
    assertThat(call.start().request().headers())
        .noneMatch(header -> header.name().toLowerCase(Locale.ROOT).startsWith("x-program-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Program-Priority", "X-Program-Remaining-Calls"})
  void makesNoCallForANumberThatIsNone(String header) throws Exception {
    var answer = gateway.chat("", header, "urgent").join();

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).at("/error/param").asText()).isEqualTo(header);
    assertThat(gateway.started).isEmpty();
  }

  @Test
  void closesAProgramAfterItsFinalCall() throws Exception {
    var response = gateway.chat("", "X-Program-Id", "last", "X-Program-Final", "true");
    gateway.taken().answers(200, ANSWER);
    response.join();

    assertThat(gateway.told.poll(30, TimeUnit.SECONDS)).isInstanceOf(ProgramActor.Close.class);
  }

  @Test
  void recognizesTheNextTurnOfAnAnswerJustRead() throws Exception {
    // With a key of its own, because other tests say the same.
    var first = gateway.chat("", "Authorization", "Bearer turns");
    var call = gateway.taken();
    call.answers(200, ANSWER);
    first.join();
    var second =
        gateway.post(
            "/v1/chat/completions",
            """
            {"model":"tiny","messages":[{"role":"user","content":"hi"},
             {"role":"assistant","content":"well"},{"role":"user","content":"so"}]}\
            """,
            "Authorization",
            "Bearer turns");
    TakenCall next = gateway.taken();
    next.answers(200, ANSWER);

    assertThat(second.join().headers().firstValue("x-program-id-source")).contains("prefix");
    assertThat(next.start().call().program()).isEqualTo(call.start().call().program());
  }

  /// Fails when all before it has passed.
  private static Source<ByteString, ?> lost() {
    return Source.lazySource(() -> Source.failed(new TransportException("gone")));
  }

  private static JsonNode error(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body()).path("error");
  }
}
