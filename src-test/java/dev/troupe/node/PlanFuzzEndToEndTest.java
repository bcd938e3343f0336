package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.plan.PlanFuzz;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is submitted becomes a run, or is refused with a typed error: never a fault of the node's own, and
/// never silence. Every run ends.
///
/// More with `-Dtroupe.fuzz.plans=100000`, others with `-Dtroupe.fuzz.seed=2`.
@Timeout(7_200)
class PlanFuzzEndToEndTest {

  private static final int PLANS = Integer.getInteger("troupe.fuzz.plans", 1_000);
  private static final long SEED = Long.getLong("troupe.fuzz.seed", 1);

  private static final Set<Integer> REFUSED = Set.of(400, 413, 422, 501);

  private static final TestEngine engine = TestEngine.start("solo", "solo", 16);

  @TempDir private static Path folder;
  private static TestNode node;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            folder,
            List.of(engine.entry()),
            """
            troupe.run.models = [{ name = solo, input = 1.0, output = 2.0 }]
            troupe.run.allowed-hosts = ["127.0.0.1"]
            """);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    http.shutdownNow();
    node.close();
    engine.close();
  }

  @Test
  void whateverIsSubmittedIsARunOrATypedError() throws Exception {
    var fuzz = new PlanFuzz(SEED);
    var counts = new TreeMap<Integer, Integer>();
    var open = new ArrayList<String>();
    for (int plan = 0; plan < PLANS; plan++) {
      var body = fuzz.next();
      var previewed = post("/v1/plans", body);
      var submitted = post("/v1/runs", body);
      check(previewed, 200, body);
      check(submitted, 202, body);
      counts.merge(submitted.statusCode(), 1, Integer::sum);
      if (submitted.statusCode() == 202) {
        open.add(json(submitted.body()).path("id").asText());
      }
      if (open.size() == 100 || plan == PLANS - 1) {
        open.forEach(PlanFuzzEndToEndTest::awaitOver);
        open.clear();
      }
    }
    report(counts);
    assertThat(counts.getOrDefault(202, 0)).isGreaterThan(PLANS / 20);
    assertThat(counts.getOrDefault(400, 0)).isGreaterThan(PLANS / 20);
  }

  private static void report(Map<Integer, Integer> counts) {
    System.out.println(PLANS + " fuzzed plans, seed " + SEED + ", answers by status: " + counts);
  }

  private static void check(HttpResponse<String> answer, int accepted, byte[] body) {
    if (answer.statusCode() != accepted) {
      assertThat(REFUSED)
          .as("%s to %s", answer.body(), new String(body, StandardCharsets.UTF_8))
          .contains(answer.statusCode());
      assertThat(json(answer.body()).at("/error/code").asText()).isNotBlank();
      assertThat(json(answer.body()).at("/error/message").asText()).isNotBlank();
    }
  }

  /// A run that waits for what does not come is aborted, and ends then.
  private static void awaitOver(String run) {
    var path = "/v1/runs/" + run;
    try {
      var aborted = post(path + "/abort", new byte[0]);
      assertThat(List.of(200, 409)).as(aborted.body()).contains(aborted.statusCode());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(run, failed);
    }
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !json(node.get(path).body()).path("ended_at").isNull());
  }

  private static HttpResponse<String> post(String path, byte[] body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
