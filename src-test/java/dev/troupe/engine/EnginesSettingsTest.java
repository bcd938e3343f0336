package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnginesSettingsTest {

  @Test
  void tellsEnginesOfThisHostFromThoseThatAnyNodeMayWatch() {
    var settings =
        settings(
            "{ name = here, dialect = vllm, url = \"http://10.0.0.1:8000\", pinned = true },"
                + "{ name = anywhere, dialect = vllm, url = \"http://10.0.0.2:8000\" }");

    assertThat(settings.pinned()).containsExactly(new EngineId("here"));
    assertThat(settings.shared().stream().map(engine -> engine.endpoint().id().value()))
        .containsExactly("anywhere");
  }

  @Test
  void thereAreNoEnginesByDefault() {
    assertThat(EnginesSettings.of(ConfigFactory.defaultReference()).engines()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    var engines =
        engines(
            """
            { name = gpu-1, dialect = vllm, url = "http://10.0.0.7:8000", models = [llama, llama-8b],
              api-key = secret, priority = lower-first, slots = 128, kv-tokens = 460000 }
            """);

    assertThat(engines)
        .containsExactly(
            new EngineDescription(
                new EngineEndpoint(
                    new EngineId("gpu-1"),
                    Dialect.VLLM,
                    URI.create("http://10.0.0.7:8000"),
                    Optional.of("secret"),
                    PriorityOrder.LOWER_FIRST),
                Set.of("llama", "llama-8b"),
                OptionalInt.of(128),
                OptionalLong.of(460_000)));
  }

  @Test
  void needsOnlyNameDialectAndUrl() {
    var engine =
        engines("{ name = local, dialect = llama-cpp, url = \"https://host/base/v1/\" }")
            .getFirst();

    assertThat(engine)
        .isEqualTo(
            new EngineDescription(
                new EngineEndpoint(
                    new EngineId("local"),
                    Dialect.LLAMA_CPP,
                    URI.create("https://host/base"),
                    Optional.empty(),
                    PriorityOrder.NONE),
                Set.of(),
                OptionalInt.empty(),
                OptionalLong.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name = x, dialect = vllm                                   | troupe.engines[0].url: | missing",
        "dialect = vllm, url = \"http://h:1\"                       | troupe.engines[0].name: | missing",
        "name = \" \", dialect = vllm, url = \"http://h:1\"         | troupe.engines[0].name | 256",
        "name = x, dialect = tgi, url = \"http://h:1\"              | troupe.engines[0].dialect | sglang",
        "name = x, dialect = vllm, url = \"gpu:8000\"               | troupe.engines[0].url | gpu:8000",
        "name = x, dialect = vllm, url = \"http://a b\"             | troupe.engines[0].url | a b",
        "name = x, dialect = vllm, url = \"http:///v1\"             | troupe.engines[0].url | http:///v1",
        "name = x, dialect = vllm, url = \"http://h:1\", slot = 1   | troupe.engines[0].slot | slots",
        "name = x, dialect = vllm, url = \"http://h:1\", slots = 0  | troupe.engines[0].slots | 0",
        "name = x, dialect = vllm, url = \"http://h:1\", kv-tokens = 0 | troupe.engines[0].kv-tokens | 0",
        "name = x, dialect = vllm, url = \"http://h:1\", priority = high | troupe.engines[0].priority | none",
        "name = x, dialect = vllm, url = \"http://h:1\", models = [\"\"] | troupe.engines[0].models | 256",
        "name = x, dialect = vllm, url = \"http://h:1\", api-key = \"a b\" | troupe.engines[0].api-key | ASCII",
      })
  void refusesAnInvalidEntryNamingItsKey(String entry, String key, String hint) {
    assertThatThrownBy(() -> engines("{" + entry + "}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(hint);
  }

  @Test
  void doesNotShowAnApiKeyThatItRefuses() {
    assertThatThrownBy(() ->
            engines("{ name = x, dialect = vllm, url = \"http://h:1\", api-key = \"my secret\" }"))
        .hasMessageNotContaining("my secret");
  }

  @Test
  void refusesAPasswordInAUrlWithoutShowingIt() {
    assertThatThrownBy(
            () -> engines("{ name = x, dialect = vllm, url = \"http://me:my-secret@h:1\" }"))
        .hasMessageContaining("troupe.engines[0].url")
        .hasMessageContaining("api-key")
        .hasMessageNotContaining("my-secret");
  }

  @Test
  void refusesTwoEnginesOfOneName() {
    assertThatThrownBy(() ->
            engines(
                """
                { name = x, dialect = vllm, url = "http://a:1" },
                { name = x, dialect = vllm, url = "http://b:1" }
                """))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.engines[1].name is given twice: x");
  }

  private static List<EngineDescription> engines(String entries) {
    return settings(entries).engines();
  }

  private static EnginesSettings settings(String entries) {
    var config =
        ConfigFactory.parseString("troupe.engines = [" + entries + "]")
            .withFallback(ConfigFactory.defaultReference());
    return EnginesSettings.of(config);
  }
}
