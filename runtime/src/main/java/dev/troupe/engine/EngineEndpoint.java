package dev.troupe.engine;

import java.net.URI;
import java.util.Optional;

/// Where and how to speak to an engine.
///
/// @param url base without `/v1`, such as `http://10.0.0.7:8000`
/// @param apiKey sent as a bearer token, where the engine wants one
public record EngineEndpoint(
    EngineId id, Dialect dialect, URI url, Optional<String> apiKey, PriorityOrder priorityOrder) {

  /// Whose flavour of the OpenAI protocol the engine speaks: what it reports and accepts beyond it.
  public enum Dialect {
    /// Only what every server has: `/v1/models` and the completions.
    OPENAI,
    VLLM,
    SGLANG,
    LLAMA_CPP,
    OLLAMA
  }

  /// How the engine reads the request field `priority`, if it takes one.
  public enum PriorityOrder {
    /// The field is not sent.
    NONE,
    /// vLLM with `--scheduling-policy priority`: lower is earlier.
    LOWER_FIRST,
    /// SGLang with `--enable-priority-scheduling`: higher is earlier.
    HIGHER_FIRST
  }

  @Override
  public String toString() {
    return "EngineEndpoint[" + id.value() + ", " + dialect + ", " + url + "]";
  }
}
