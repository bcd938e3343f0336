package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
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
    var submitted =
        new RunEvent.Submitted(
            new RunId("r"),
            List.of(),
            RunPolicy.DEFAULT,
            NullNode.instance,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            true,
            false);

    var policy = EventJson.of(new Recorded(1, 0, submitted)).path("policy");

    assertThat(policy.path("max_parallelism").asInt()).isEqualTo(16);
    assertThat(policy.path("failure_mode").asText()).isEqualTo("fail_fast");
    assertThat(policy.toString()).doesNotContainPattern("\\w[A-Z]\\w*\":");
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
