package dev.troupe.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.engine.EngineEndpoint.Dialect;
import java.util.Optional;
import java.util.stream.Stream;

/// Who says to own the models of a server.
final class ModelOwners {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ModelOwners() {}

  /// The dialect of a server by its answer to `/v1/models`.
  static Optional<Dialect> dialect(String models) {
    try {
      var answer = JSON.readTree(models);
      return answer == null
          ? Optional.empty()
          : Stream.of(answer.path("data"))
              .flatMap(JsonNode::valueStream)
              .flatMap(model -> dialectOf(model.path("owned_by").asText()).stream())
              .findFirst();
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static Optional<Dialect> dialectOf(String owner) {
    return switch (owner) {
      case "vllm" -> Optional.of(Dialect.VLLM);
      case "sglang" -> Optional.of(Dialect.SGLANG);
      case "llamacpp" -> Optional.of(Dialect.LLAMA_CPP);
      // Of models that nobody has put a name of their own to.
      case "library" -> Optional.of(Dialect.OLLAMA);
      default -> Optional.empty();
    };
  }
}
