package dev.troupe.node;

import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Plans that models make, on a node whose engines a test writes the answers of.
@Timeout(120)
class PlanningEndToEndTest {

  private static final ScriptedEngine engine =
      ScriptedEngine.start("writer", PlanningEndToEndTest::answer);
  private static final ScriptedEngine broken =
      ScriptedEngine.start("broken", _ -> Optional.empty());

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            folder, List.of(engine.entry(), broken.entry()), "troupe.run.roles { fast = writer }");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
    broken.close();
  }

  private static Optional<String> answer(String asked) {
    if (asked.contains("You find out which steps")) {
      return Optional.of("{\"batches\": [{\"steps\": [0]}, {\"steps\": [1, 2]}]}");
    }
    return Optional.of("done");
  }

  private static String outlined(String id, String analysis) {
    return """
    {"id": "%1$s", "model": "writer", "analysis": {%2$s}, "plan": {
      "locale": "en-US", "title": "Cities %1$s", "steps": [
        {"title": "Oslo", "step_type": "research"},
        {"title": "Rome", "step_type": "research"},
        {"title": "Report", "step_type": "reporting"}]}}
    """
        .formatted(id, analysis);
  }

  private static JsonNode run(String body) {
    var answer = node.send("/v1/runs?wait=30s", body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return json(answer.body());
  }

  private static long analyses() {
    return engine.asked().stream().filter(asked -> asked.contains("which steps")).count();
  }

  @Test
  @Tag("UDF-4")
  @Tag("UDF-6")
  void aModelSaysWhatStepsWaitForOnceForEqualPlans() {
    var first = run(outlined("asked", "\"strategy\": \"llm_based\""));

    assertThat(first.path("state").asText()).isEqualTo("completed");
    assertThat(first.at("/analysis/strategy_used").asText()).isEqualTo("llm_based");
    assertThat(first.at("/tasks/step-2/deps").toString()).isEqualTo("[\"step-1\"]");
    assertThat(first.at("/tasks/step-3/deps").toString()).isEqualTo("[\"step-1\"]");
    assertThat(first.at("/tasks/plan-analysis/tokens").asInt()).isEqualTo(15);
    assertThat(node.program("asked").path("completed_calls").asInt()).isEqualTo(4);

    long asked = analyses();
    var second =
        run(outlined("asked", "\"strategy\": \"llm_based\"").replace("\"id\": \"asked\", ", ""));
    assertThat(second.at("/analysis/strategy_used").asText()).isEqualTo("llm_based");
    assertThat(second.at("/analysis/is_remembered").asBoolean()).isTrue();
    assertThat(analyses()).isEqualTo(asked);
  }

  @Test
  @Tag("UDF-5")
  void whereTheModelFailsTheRunGoesOnWithTheFallback() {
    var run = run(outlined("failed", "\"strategy\": \"llm_based\", \"model\": \"broken\""));

    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
    assertThat(run.at("/analysis/strategy_used").asText()).isEqualTo("heuristic");
    assertThat(run.at("/analysis/reason").asText()).contains("llm_based", "500");
    assertThat(run.at("/tasks/step-3/deps").toString()).isEqualTo("[\"step-1\",\"step-2\"]");
  }

  @Test
  void theProgramOfARunIsTheChildThatItIsSaidToBe() {
    run(
        """
        {"id": "r", "program": {"id": "child", "parent": "mother"}, "tasks": [
          {"id": "a", "kind": "llm", "model": "writer", "prompt": "x"}]}
        """);

    assertThat(node.program("child").path("parent").asText()).isEqualTo("mother");
  }

  @Test
  @Tag("UDF-3")
  void withoutAModelTheRunSaysHowItsDependenciesWereFound() {
    var run = run(outlined("plain", "\"strategy\": \"heuristic\""));

    assertThat(run.path("state").asText()).isEqualTo("completed");
    assertThat(run.at("/analysis/strategy_used").asText()).isEqualTo("heuristic");
  }
}
