package dev.troupe.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineEndpoint.Dialect;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusReportsTest {

  private static final String MODELS =
      "{\"object\":\"list\",\"data\":[{\"id\":\"qwen\",\"max_model_len\":32768},{\"id\":\"lora\"}]}";

  @Test
  void readsVllm() {
    var metrics =
        """
        # HELP vllm:num_requests_running Number of requests in model execution batches.
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="qwen"} 3.0
        vllm:num_requests_running{engine="1",model_name="qwen"} 2.0
        vllm:num_requests_waiting{engine="0",model_name="qwen"} 1.0
        vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 7.0
        vllm:kv_cache_usage_perc{engine="0",model_name="qwen"} 0.25
        vllm:kv_cache_usage_perc{engine="1",model_name="qwen"} 0.75
        vllm:cache_config_info{block_size="16",cache_dtype="auto",num_gpu_blocks="1000",prefix="a b}c"} 1.0
        vllm:cache_config_info{block_size="16",cache_dtype="auto",num_gpu_blocks="None"} 1.0
        """;

    var status =
        new StatusReports(Map.of("/v1/models", MODELS, "/metrics", metrics)).status(Dialect.VLLM);

    assertThat(status.models()).containsExactlyInAnyOrder("qwen", "lora");
    assertThat(status.running()).hasValue(5);
    assertThat(status.waiting()).hasValue(1);
    assertThat(status.kvCapacityTokens()).hasValue(16_000);
    assertThat(status.kvCacheUse()).hasValue(0.5);
    assertThat(status.slots()).isEmpty();
  }

  @Test
  void readsAnOlderVllm() {
    var metrics = "vllm:gpu_cache_usage_perc{model_name=\"qwen\"} 0.125\n";

    var status =
        new StatusReports(Map.of("/v1/models", MODELS, "/metrics", metrics)).status(Dialect.VLLM);

    assertThat(status.kvCacheUse()).hasValue(0.125);
  }

  @Test
  void readsSglang() {
    var metrics =
        """
        sglang:num_running_reqs{model_name="qwen"} 4.0
        sglang:num_queue_reqs{model_name="qwen"} 2.0
        sglang:token_usage{model_name="qwen"} 0.28
        sglang:cache_hit_rate{model_name="qwen"} 0.007
        """;
    var info = "{\"max_running_requests\":64,\"max_total_num_tokens\":123456}";

    var status =
        new StatusReports(
                Map.of("/v1/models", MODELS, "/metrics", metrics, "/get_server_info", info))
            .status(Dialect.SGLANG);

    assertThat(status.slots()).hasValue(64);
    assertThat(status.running()).hasValue(4);
    assertThat(status.waiting()).hasValue(2);
    assertThat(status.kvCapacityTokens()).hasValue(123_456);
    assertThat(status.kvCacheUse()).hasValue(0.28);
  }

  @Test
  void readsLlamaCpp() {
    var props =
        "{\"default_generation_settings\":{\"n_ctx\":2048},\"total_slots\":4,\"model_path\":\"/m.gguf\"}";
    var slots =
        "[{\"id\":0,\"n_ctx\":2048,\"is_processing\":true},{\"id\":1,\"n_ctx\":2048,\"is_processing\":false}]";
    var metrics = "llamacpp:requests_processing 3\nllamacpp:requests_deferred 2\n";

    var status =
        new StatusReports(
                Map.of("/v1/models", MODELS, "/props", props, "/slots", slots, "/metrics", metrics))
            .status(Dialect.LLAMA_CPP);

    assertThat(status.slots()).hasValue(4);
    assertThat(status.running()).hasValue(3);
    assertThat(status.waiting()).hasValue(2);
    // 4 slots of 2048 tokens.
    assertThat(status.kvCapacityTokens()).hasValue(8192);
  }

  @Test
  void countsTheBusySlotsOfLlamaCppWithoutMetrics() {
    var slots = "[{\"is_processing\":true},{\"is_processing\":false},{\"is_processing\":true}]";

    var status =
        new StatusReports(Map.of("/v1/models", MODELS, "/slots", slots)).status(Dialect.LLAMA_CPP);

    assertThat(status.slots()).hasValue(3);
    assertThat(status.running()).hasValue(2);
    assertThat(status.waiting()).isEmpty();
  }

  @Test
  void readsOllama() {
    var tags = "{\"models\":[{\"name\":\"llama3:latest\"},{\"name\":\"qwen:7b\"}]}";

    var status = new StatusReports(Map.of("/api/tags", tags)).status(Dialect.OLLAMA);

    assertThat(status.models()).containsExactlyInAnyOrder("llama3:latest", "llama3", "qwen:7b");
  }

  @Test
  void knowsOnlyTheModelsWhereNothingElseIsSaid() {
    for (var dialect : Dialect.values()) {
      var first = StatusReports.paths(dialect).getFirst();
      var status =
          new StatusReports(Map.of(first, "not json", "/metrics", "<html>404</html>"))
              .status(dialect);

      assertThat(status.models()).isEmpty();
      assertThat(status.running()).isEmpty();
      assertThat(status.kvCacheUse()).isEmpty();
    }
  }
}
