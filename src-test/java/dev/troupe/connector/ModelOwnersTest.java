package dev.troupe.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineEndpoint.Dialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelOwnersTest {

  @ParameterizedTest
  @CsvSource({"vllm, VLLM", "sglang, SGLANG", "llamacpp, LLAMA_CPP", "library, OLLAMA"})
  void anEngineIsKnownByTheOwnerOfItsModels(String owner, Dialect dialect) {
    assertThat(ModelOwners.dialect(listing(owner))).contains(dialect);
  }

  @Test
  void theFirstThatSaysWhoItIsDecides() {
    var models = "{\"data\": [{\"id\": \"a\"}, {\"id\": \"b\", \"owned_by\": \"vllm\"}]}";

    assertThat(ModelOwners.dialect(models)).contains(Dialect.VLLM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "not json",
        "[]",
        "{}",
        "{\"data\": {}}",
        "{\"data\": [3, \"vllm\", {\"owned_by\": 7}]}",
        "{\"data\": [{\"id\": \"m\", \"owned_by\": \"troupe\"}]}"
      })
  void whatSaysNothingKnownIsNoEngine(String answer) {
    assertThat(ModelOwners.dialect(answer)).isEmpty();
  }

  private static String listing(String owner) {
    return "{\"object\": \"list\", \"data\": [{\"id\": \"m\", \"owned_by\": \"%s\"}]}"
        .formatted(owner);
  }
}
