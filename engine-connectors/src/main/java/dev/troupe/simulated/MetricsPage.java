package dev.troupe.simulated;

import java.util.Locale;

/// `/metrics`, with vLLM's names.
final class MetricsPage {

  private MetricsPage() {}

  static String of(SimulatedSettings settings, SimulatedStats stats) {
    var model = settings.models().getFirst();
    var page = new StringBuilder();
    metric(page, "gauge", "num_requests_running", model, stats.running());
    metric(page, "gauge", "num_requests_waiting", model, stats.waiting());
    metric(page, "gauge", "kv_cache_usage_perc", model, stats.kvCacheUse());
    metric(page, "counter", "prefix_cache_queries_total", model, stats.promptTokens());
    metric(page, "counter", "prefix_cache_hits_total", model, stats.cachedTokens());
    metric(page, "counter", "num_preemptions_total", model, 0);
    metric(page, "counter", "prompt_tokens_total", model, stats.promptTokens());
    metric(page, "counter", "prompt_tokens_cached_total", model, stats.cachedTokens());
    metric(page, "counter", "generation_tokens_total", model, stats.outputTokens());
    metric(page, "counter", "request_success_total", model, stats.finished());
    page.append("# TYPE vllm:cache_config_info gauge\n")
        .append(
            "vllm:cache_config_info{block_size=\"%d\",engine=\"0\",num_gpu_blocks=\"%d\"} 1.0%n"
                .formatted(settings.capacity().blockTokens(), settings.capacity().blocks()));
    return page.toString();
  }

  private static void metric(
      StringBuilder page, String type, String name, String model, double value) {
    page.append(
        String.format(
            Locale.ROOT,
            "# TYPE vllm:%s %s%nvllm:%s{engine=\"0\",model_name=\"%s\"} %s%n",
            name,
            type,
            name,
            model,
            value));
  }
}
