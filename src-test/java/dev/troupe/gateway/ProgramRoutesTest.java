package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.troupe.actor.ProgramActor;
import dev.troupe.program.ProgramView.State;
import dev.troupe.program.Usage;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgramRoutesTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String PROGRAMS = "/v1/programs";

  private GatewayFixture gateway;

  @BeforeAll
  void start() {
    gateway =
        new GatewayFixture(
            "tenants = [{ name = ours, api-keys = [k1, k2] }, { name = theirs, api-keys = [k3] }], highest-priority = 3");
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @Test
  void opensAProgramOnceUnderTheIdGiven() throws Exception {
    var body =
        "{\"id\":\"a b/c\",\"is_multithreaded\":true,\"metadata\":{\"run\":7},\"parent\":\"up\"}";
    var first = post(PROGRAMS, body);
    var again = post(PROGRAMS, body);

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(200);
    var view = json(first);
    assertThat(view.path("id").asText()).isEqualTo("a b/c");
    assertThat(view.path("is_multithreaded").asBoolean()).isTrue();
    assertThat(view.path("metadata").path("run").asText()).isEqualTo("7");
    assertThat(view.path("parent").asText()).isEqualTo("up");
    assertThat(json(get(PROGRAMS + "/a%20b%2Fc", "k2")).path("id").asText()).isEqualTo("a b/c");
  }

  @Test
  void declaresHowMuchAProgramMatters() throws Exception {
    var opened = post(PROGRAMS, "{\"id\":\"important\",\"priority\":3}");

    assertThat(opened.statusCode()).isEqualTo(201);
    assertThat(json(opened).path("priority").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "-5", "1.5", "\"2\"", "[]"})
  void refusesAPriorityThatIsNoneOrTooHigh(String priority) throws Exception {
    var answer = post(PROGRAMS, "{\"id\":\"too-important\",\"priority\":" + priority + "}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/code").asText()).isEqualTo("invalid_body");
    assertThat(json(answer).at("/error/param").asText()).isEqualTo("priority");
    assertThat(get(PROGRAMS + "/too-important", "k1").statusCode()).isEqualTo(404);
  }

  @Test
  void declaresHowManyCallsAProgramIsToMake() throws Exception {
    var opened = post(PROGRAMS, "{\"id\":\"of-four\",\"remaining_calls\":4}");

    assertThat(opened.statusCode()).isEqualTo(201);
    assertThat(json(opened).path("remaining_calls").asInt()).isEqualTo(4);
    assertThat(json(post(PROGRAMS, "{\"id\":\"unsaid\"}")).has("remaining_calls")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1000001", "1.5", "\"2\"", "[]"})
  void refusesRemainingCallsThatAreNone(String calls) throws Exception {
    var answer = post(PROGRAMS, "{\"id\":\"endless\",\"remaining_calls\":" + calls + "}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/code").asText()).isEqualTo("invalid_body");
    assertThat(json(answer).at("/error/param").asText()).isEqualTo("remaining_calls");
    assertThat(get(PROGRAMS + "/endless", "k1").statusCode()).isEqualTo(404);
  }

  @Test
  void namesAProgramThatComesWithoutAnId() throws Exception {
    var opened = post(PROGRAMS, "");

    assertThat(opened.statusCode()).isEqualTo(201);
    assertThat(json(opened).path("id").asText()).hasSize(36);
  }

  @Test
  void showsAllOfAProgramsStanding() throws Exception {
    post(PROGRAMS, "{\"id\":\"shown\"}");
    var view = json(get(PROGRAMS + "/shown", "k1"));

    assertThat(view.path("object").asText()).isEqualTo("program");
    assertThat(view.path("state").asText()).isEqualTo("running");
    assertThat(view.path("source").asText()).isEqualTo("x-program-id");
    assertThat(view.path("service_ms").asDouble()).isEqualTo(2000);
    assertThat(view.path("waiting_ms").asDouble()).isEqualTo(500);
    assertThat(view.path("critical_path_ms").asDouble()).isEqualTo(1500);
    assertThat(view.path("starvation_ratio").asDouble()).isEqualTo(0.25);
    assertThat(view.path("is_promoted").asBoolean()).isTrue();
    assertThat(view.path("since_arrival_ms").asDouble()).isEqualTo(1.235);
    assertThat(view.path("since_completion_ms").asDouble()).isEqualTo(2);
    assertThat(view.path("total_calls").asInt()).isEqualTo(2);
    assertThat(view.path("completed_calls").asInt()).isEqualTo(1);
    assertThat(view.path("active_calls").asInt()).isEqualTo(1);
    assertThat(view.path("engines").path(0).asText()).isEqualTo("engine-1");
    var ended = view.path("calls").path(0);
    assertThat(ended.path("id").asText()).isEqualTo("one");
    assertThat(ended.path("level").asInt()).isEqualTo(1);
    assertThat(ended.path("prompt_tokens").asInt()).isEqualTo(100);
    assertThat(ended.path("cached_tokens").asInt()).isEqualTo(60);
    assertThat(ended.path("engine").asText()).isEqualTo("engine-1");
    var waiting = view.path("calls").path(1);
    assertThat(waiting.path("state").asText()).isEqualTo("waiting");
    assertThat(waiting.path("parents").path(0).asText()).isEqualTo("one");
    assertThat(waiting.path("path_ms").asDouble()).isEqualTo(2000);
    assertThat(waiting.path("engine").isNull()).isTrue();
  }

  @Test
  void showsATenantItsOwnProgramsOnly() throws Exception {
    post(PROGRAMS, "{\"id\":\"private\"}");

    assertThat(get(PROGRAMS + "/private", "k2").statusCode()).isEqualTo(200);
    assertThat(get(PROGRAMS + "/private", "k3").statusCode()).isEqualTo(404);
    assertThat(json(get(PROGRAMS, "k1")).path("data").findValuesAsText("id")).contains("private");
    assertThat(json(get(PROGRAMS, "k3")).path("data")).isEmpty();
  }

  @Test
  void refusesUnknownKeys() throws Exception {
    var answer = get(PROGRAMS, "k4");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(json(answer).path("error").path("code").asText()).isEqualTo("invalid_api_key");
    assertThat(gateway.send(gateway.request("/v1/models")).statusCode()).isEqualTo(401);
    assertThat(gateway.send(gateway.request("/health")).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesAnUnknownKeyThoughTheBodyIsLarge() {
    var body = GatewayFixture.CHAT.formatted(",\"x\":\"" + "y".repeat(1 << 20) + "\"");
    var answer = gateway.post("/v1/chat/completions", body, "Authorization", "Bearer no").join();

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({"'',COMPLETED", "?state=failed,FAILED", "?state=timeout,TIMED_OUT"})
  void endsAProgram(String query, State expected) throws Exception {
    post(PROGRAMS, "{\"id\":\"ended\"}");
    gateway.told.clear();
    var answer = gateway.send(request(PROGRAMS + "/ended" + query, "k1").DELETE());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(gateway.told.poll(30, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            ProgramActor.Close.class, close -> assertThat(close.outcome()).isEqualTo(expected));
  }

  @Test
  void refusesAnEndThatIsNone() throws Exception {
    var answer = gateway.send(request(PROGRAMS + "/ended?state=bored", "k1").DELETE());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("error").path("param").asText()).isEqualTo("state");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|{\"id\":\"p\",\"pariority\":3}|pariority",
        "/p/calls|{\"call\":\"one\"}|call",
        "/p/calls/one/complete|{\"output_tokens\":3}|output_tokens",
      })
  void refusesAMemberThatMeansNothing(String path, String body, String member) throws Exception {
    gateway.told.clear();
    var answer = post(PROGRAMS + (path == null ? "" : path), body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/code").asText()).isEqualTo("unknown_key");
    assertThat(json(answer).at("/error/param").asText()).isEqualTo(member);
    assertThat(gateway.told).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,?limits=5,limits,unknown_key",
    "GET,?limit=0,limit,invalid_input",
    "GET,?limit=1001,limit,invalid_input",
    "GET,/p?limit=5,limit,unknown_key",
    "POST,?priority=3,priority,unknown_key",
    "POST,/p/calls?wait=3s,wait,unknown_key",
    "POST,/p/calls/one/complete?state=failed,state,unknown_key",
    "DELETE,/p?status=failed,status,unknown_key",
  })
  void refusesAParameterThatMeansNothing(String method, String path, String parameter, String code)
      throws Exception {
    gateway.told.clear();
    var answer =
        gateway.send(request(PROGRAMS + path, "k1").method(method, BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/code").asText()).isEqualTo(code);
    assertThat(json(answer).at("/error/param").asText()).isEqualTo(parameter);
    assertThat(gateway.told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"2\"", "[3]", "3e9"})
  void refusesTokensOfACallThatAreNoCount(String tokens) throws Exception {
    gateway.told.clear();
    var answer = post(PROGRAMS + "/p/calls/one/complete", "{\"prompt_tokens\":" + tokens + "}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/param").asText()).isEqualTo("prompt_tokens");
    assertThat(gateway.told).isEmpty();
  }

  @Test
  void refusesACallThatEndedInAWayThatIsNone() throws Exception {
    var answer = post(PROGRAMS + "/p/calls/one/complete", "{\"state\":\"bored\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).at("/error/param").asText()).isEqualTo("state");
  }

  @Test
  void registersAndCompletesACallThatRunsElsewhere() throws Exception {
    post(PROGRAMS, "{\"id\":\"outside\"}");
    gateway.told.clear();
    var registered =
        post(PROGRAMS + "/outside/calls", "{\"call_id\":\"tool\",\"parents\":[\"one\"]}");
    var completed =
        post(
            PROGRAMS + "/outside/calls/tool/complete",
            "{\"prompt_tokens\":10,\"cached_tokens\":4,\"completion_tokens\":2,\"service_ms\":1.5}");

    assertThat(registered.statusCode()).isEqualTo(201);
    assertThat(json(registered).path("call_id").asText()).isEqualTo("tool");
    assertThat(completed.statusCode()).isEqualTo(200);
    var register = (ProgramActor.Register) gateway.told.poll(30, TimeUnit.SECONDS);
    var complete = (ProgramActor.Complete) gateway.told.poll(30, TimeUnit.SECONDS);
    assertThat(register.parents()).extracting(CallNames::name).isEqualTo(List.of("one"));
    assertThat(complete.call()).isEqualTo(register.call());
    assertThat(complete.usage()).isEqualTo(new Usage(10, 4, 2));
    assertThat(complete.serviceNanos()).isEqualTo(1_500_000);
    assertThat(complete.succeeded()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":7}|id",
        "{\"is_multithreaded\":\"yes\"}|is_multithreaded",
        "{\"metadata\":[1]}|metadata",
        "[]|body",
        "{|JSON",
      })
  void namesTheMemberAtFault(String body, String expected) throws Exception {
    var answer = post(PROGRAMS, body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("error").path("message").asText()).contains(expected);
  }

  private HttpResponse<String> post(String path, String body) {
    return gateway.post(path, body, "Authorization", "Bearer k1").join();
  }

  private HttpResponse<String> get(String path, String key) throws Exception {
    return gateway.send(request(path, key));
  }

  private HttpRequest.Builder request(String path, String key) {
    return gateway.request(path).header("Authorization", "Bearer " + key);
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }
}
