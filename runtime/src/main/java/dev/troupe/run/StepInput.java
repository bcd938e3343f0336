package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What whoever does a step is given, every reference filled in.
public sealed interface StepInput {

  /// A message as it is sent.
  ///
  /// @param content a text, or a list of parts
  record Sent(String role, JsonNode content) {}

  /// A call of a model.
  ///
  /// @param model a name of the catalogue; roles are resolved
  /// @param extras further fields of the request, an object
  record Llm(String model, List<Sent> messages, OptionalInt maxTokens, JsonNode extras)
      implements StepInput {
    public Llm {
      messages = List.copyOf(messages);
    }
  }

  /// A request to a web service.
  ///
  /// @param body null JSON where there is none
  record Http(String method, String url, Map<String, String> headers, JsonNode body)
      implements StepInput {
    public Http {
      headers = Map.copyOf(headers);
    }
  }

  /// A tool or function by name.
  ///
  /// @param arguments an object by parameter, or an array by position
  record Function(String name, JsonNode arguments) implements StepInput {}

  /// A run of its own, inside this one.
  ///
  /// @param result the step whose result is the run's, as [dev.troupe.plan.Body] has it
  /// @param inputs what `$input` means in its steps: an object
  record SubRun(Plan plan, Optional<StepId> result, RunPolicy policy, JsonNode inputs)
      implements StepInput {}
}
