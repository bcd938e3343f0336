package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunFollowerTest {

  private record Answer(int status, String body) {}

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private HttpServer gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/",
        exchange -> {
          var answer = answers.remove();
          var body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private void follow() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var address = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort() + "/");
      new RunFollower(
              last -> {
                asked.add(last);
                return http.send(
                    HttpRequest.newBuilder(address).build(), BodyHandlers.ofInputStream());
              },
              shown::add,
              Duration.ZERO)
          .follow();
    }
  }

  private static String event(int id, String name) {
    return "id: %d\nevent: %s\ndata: {%d}\n\n".formatted(id, name, id);
  }

  @Test
  void goesOnFromTheLastEventWhereAConnectionEndsOrANodeLeaves() throws Exception {
    answers.add(new Answer(200, event(1, "submitted") + event(2, "step_started")));
    answers.add(new Answer(503, "{}"));
    answers.add(new Answer(200, event(3, "run_ended")));

    follow();

    assertThat(asked).containsExactly("0", "2", "2");
    assertThat(shown).containsExactly("{1}", "{2}", "{3}");
  }

  @Test
  void endsWhereThereIsNoSuchRunAnyMore() {
    answers.add(new Answer(200, event(1, "submitted")));
    answers.add(new Answer(404, "gone"));

    assertThatThrownBy(this::follow)
        .isInstanceOfSatisfying(
            RunFollower.RefusedException.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(404);
              assertThat(refused.body()).isEqualTo("gone");
            });
  }

  @Test
  void doesNotAskForEver() {
    IntStream.rangeClosed(0, RunFollower.MOST_REFUSALS)
        .forEach(_ -> answers.add(new Answer(503, "{}")));

    assertThatThrownBy(this::follow).isInstanceOf(RunFollower.RefusedException.class);
    assertThat(answers).isEmpty();
  }
}
