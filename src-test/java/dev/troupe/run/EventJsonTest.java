package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventJsonTest {

  @Test
  void anEventHasItsNumberItsTimeAndItsName() {
    var json =
        EventJson.of(
            new Recorded(
                7, 1_700_000_000_000L, new RunEvent.StepsReset(List.of(new StepId("a")), true)));

    assertThat(json.toString())
        .isEqualTo(
            "{\"sequence\":7,\"at\":1700000000000,\"event\":\"steps_reset\",\"steps\":[\"a\"],\"is_round\":true}");
  }

  @Test
  void wordsAreWrittenAsInTheRestOfTheApi() {
    var ended = new RunEvent.RunEnded(RunState.COMPLETED, Optional.empty());

    assertThat(EventJson.of(new Recorded(1, 0, ended)).path("state").asText())
        .isEqualTo("completed");
  }

  @Test
  void aPolicyIsNamedAsInTheRestOfTheApi() {
    var policy = EventJson.of(new Recorded(1, 0, submitted(Map.of()))).path("policy");

    assertThat(policy.path("max_parallelism").asInt()).isEqualTo(16);
    assertThat(policy.path("failure_mode").asText()).isEqualTo("fail_fast");
    // As docs/run-events.md has them: who reads events relies on these.
    assertThat(policy.has("budget")).isTrue();
    assertThat(policy.has("context")).isTrue();
    assertThat(policy.toString()).doesNotContainPattern("\\w[A-Z]\\w*\":");
  }

  @Test
  void nobodyLearnsWithWhatKeyARunWasAskedFor() {
    var metadata =
        Map.<String, JsonNode>of(
            "idempotency_key", TextNode.valueOf("k"),
            "idempotency_fingerprint", TextNode.valueOf("f"),
            "team", TextNode.valueOf("red"));

    var json = EventJson.of(new Recorded(1, 0, submitted(metadata)));

    assertThat(json.path("metadata").toString()).isEqualTo("{\"team\":\"red\"}");
  }

  private static RunEvent submitted(Map<String, JsonNode> metadata) {
    return new RunEvent.Submitted(
        new RunId("r"),
        List.of(),
        RunPolicy.DEFAULT,
        NullNode.instance,
        Map.of(),
        Map.of(),
        metadata,
        Map.of(),
        true,
        false);
  }

  @Test
  void nobodyLearnsWithWhatMessagesAreSigned() {
    var webhook =
        new Submission.Webhook("https://a.example/", Optional.of("whsec_AQID"), List.of());

    var json = EventJson.of(new Recorded(1, 0, new RunEvent.WebhookSet(webhook)));

    assertThat(json.path("webhook").path("url").asText()).isEqualTo("https://a.example/");
    assertThat(json.toString()).doesNotContain("secret").doesNotContain("whsec");
  }
}
