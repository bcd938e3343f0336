package dev.troupe.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/// Writes the policy of a step as [PolicyJson] reads it.
final class PolicyText {

  private PolicyText() {}

  /// The fields in which a policy differs from what a step of its kind has that says nothing.
  ///
  /// @throws InvalidPlanException if its retries have no form of words
  static ObjectNode of(StepPolicy policy, StepPolicy usual) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!policy.retry().equals(usual.retry())) {
      json.set("retry", retry(policy.retry()));
    }
    policy.timeout().ifPresent(each -> json.put("timeout_ms", each.toMillis()));
    policy.idleTimeout().ifPresent(each -> json.put("idle_timeout_ms", each.toMillis()));
    if (policy.repeat() != usual.repeat()) {
      json.put("repeat", policy.repeat().name().toLowerCase(Locale.ROOT));
    }
    if (policy.optional()) {
      json.put("optional", true);
    }
    if (policy.priority() != 0) {
      json.put("priority", policy.priority());
    }
    policy.concurrencyKey().ifPresent(each -> json.put("concurrency_key", each));
    policy.expectedDuration().ifPresent(each -> json.put("expected_ms", each.toMillis()));
    policy.expectedTokens().ifPresent(each -> json.put("expected_tokens", each));
    return json;
  }

  private static ObjectNode retry(Retry retry) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("max_retries", retry.maxRetries())
            .put("jitter", retry.jitter());
    if (retry.factor() == 1) {
      ArrayNode pauses = json.putArray("backoff_ms");
      retry.delays().forEach(pause -> pauses.add(pause.toMillis()));
      return json;
    }
    if (retry.delays().size() > 1) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT, "a retry has either several pauses or one that grows");
    }
    return json.put("base_ms", retry.delays().getFirst().toMillis())
        .put("max_ms", retry.maxDelay().toMillis())
        .put("factor", retry.factor());
  }
}
