package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpServer;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.StepRunner;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.plan.StepId;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.Reservation;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunId;
import dev.troupe.run.StepError;
import dev.troupe.run.StepInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Steps that ask a web service, which the test plays.
class HttpStepsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpSteps steps = new HttpSteps(new AllowedHosts(List.of("127.0.0.1")));
  private HttpServer service;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.start();
  }

  @AfterEach
  void stop() {
    steps.close();
    service.stop(0);
  }

  /// Has the service answer every request so.
  private void answers(int status, String body, String... headers) {
    service.createContext(
        "/",
        exchange -> {
          for (int at = 0; at < headers.length; at += 2) {
            exchange.getResponseHeaders().add(headers[at], headers[at + 1]);
          }
          var bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String url() {
    return "http://127.0.0.1:" + service.getAddress().getPort() + "/x";
  }

  private Doing begin(StepInput.Http input, OptionalLong timeoutMillis) {
    var tenant = new Tenant("t");
    var start =
        new RunAction.StartStep(
            new StepId("s"),
            1,
            input,
            List.of(),
            0,
            0,
            Map.of(),
            Reservation.NONE,
            timeoutMillis,
            OptionalLong.empty());
    return steps.start(
        new StepRunner.Task(
            new RunJournal.Key(tenant, new RunId("r")),
            new Program.Id(tenant, "r"),
            Program.Declared.NOTHING,
            start,
            "r/s",
            List.of()),
        input);
  }

  private static Ended end(Doing doing) throws Exception {
    return doing.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Ended get(String url) throws Exception {
    return end(
        begin(new StepInput.Http("GET", url, Map.of(), NullNode.instance), OptionalLong.empty()));
  }

  private StepError error() throws Exception {
    return ((Failed) get(url())).error();
  }

  private JsonNode result() throws Exception {
    return ((Finished) get(url())).result();
  }

  @Test
  void theResultIsTheAnswersJson() throws Exception {
    answers(200, "{\"größe\": [1, true]}");

    assertThat(result()).isEqualTo(JSON.readTree("{\"größe\": [1, true]}"));
  }

  @Test
  void whatIsNoJsonIsAText() throws Exception {
    answers(200, "<p>größe</p>");

    assertThat(result()).isEqualTo(TextNode.valueOf("<p>größe</p>"));
  }

  @Test
  void anAnswerWithoutABodyIsAnEmptyText() throws Exception {
    answers(204, "");

    assertThat(result()).isEqualTo(TextNode.valueOf(""));
  }

  @Test
  void aRefusalForTooManyRequestsSaysHowLongToWaitAndThatNothingWasDone() throws Exception {
    answers(429, "slow down", "Retry-After", "3");

    var error = error();

    assertThat(error.code()).isEqualTo(StepError.Code.RATE_LIMITED);
    assertThat(error.isTransient()).isTrue();
    assertThat(error.mayHaveRun()).isFalse();
    assertThat(error.retryAfterMillis()).hasValue(3_000);
  }

  @Test
  void aServerThatFailsMayHaveDoneItAndMayDoItLater() throws Exception {
    answers(503, "one\ntwo");

    var error = error();

    assertThat(error.code()).isEqualTo(StepError.Code.UNAVAILABLE);
    assertThat(error.isTransient()).isTrue();
    assertThat(error.mayHaveRun()).isTrue();
    assertThat(error.message()).contains("503", "one").doesNotContain("two");
  }

  @Test
  void whatIsRefusedForGoodIsNotTriedAgain() throws Exception {
    answers(404, "no such thing");

    assertThat(error().isTransient()).isFalse();
  }

  @Test
  void redirectionsAreNotFollowed() throws Exception {
    answers(302, "", "Location", "http://127.0.0.1:1/");

    assertThat(error().message()).contains("302");
  }

  @Test
  void anAnswerOfMoreThanFourMebibytesIsNone() throws Exception {
    answers(200, "x".repeat((4 << 20) + 1));

    var error = error();

    assertThat(error.code()).isEqualTo(StepError.Code.INVALID_RESULT);
    assertThat(error.isTransient()).isFalse();
  }

  @Test
  void whereNobodyListensNothingWasDone() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    var error = ((Failed) get("http://127.0.0.1:" + port + "/")).error();

    assertThat(error.code()).isEqualTo(StepError.Code.CONNECTION_LOST);
    assertThat(error.isTransient()).isTrue();
    assertThat(error.mayHaveRun()).isFalse();
  }

  @Test
  void aHostThatIsNotAllowedIsNotAsked() throws Exception {
    var error = ((Failed) get("http://localhost:" + service.getAddress().getPort() + "/")).error();

    assertThat(error.code()).isEqualTo(StepError.Code.ROUTING_FAILED);
    assertThat(error.message()).contains("troupe.run.allowed-hosts");
  }

  @Test
  void anAnswerThatDoesNotComeInTimeMayHaveBeenMade() throws Exception {
    var isOver = new CountDownLatch(1);
    service.createContext(
        "/",
        exchange -> {
          try {
            isOver.await();
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });

    var input = new StepInput.Http("GET", url(), Map.of(), NullNode.instance);
    var error = ((Failed) end(begin(input, OptionalLong.of(100)))).error();
    isOver.countDown();

    assertThat(error.code()).isEqualTo(StepError.Code.TIMEOUT);
    assertThat(error.mayHaveRun()).isTrue();
  }

  @Test
  void theMethodTheHeadersAndTheBodyAreTheSteps() throws Exception {
    service.createContext(
        "/",
        exchange -> {
          var seen =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Own")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var bytes = seen.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    var body = JSON.readTree("{\"a\":1}");

    var sent =
        (Finished)
            end(
                begin(
                    new StepInput.Http("PUT", url(), Map.of("X-Own", "yes"), body),
                    OptionalLong.empty()));

    assertThat(sent.result()).isEqualTo(TextNode.valueOf("PUT application/json yes {\"a\":1}"));
  }
}
