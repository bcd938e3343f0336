package dev.troupe.node;

import com.typesafe.config.Config;
import java.util.function.Supplier;
import kamon.Kamon;
import kamon.prometheus.PrometheusReporter;

/// The node's metrics, reported in Prometheus' text form.
final class NodeMetrics {

  private NodeMetrics() {}

  /// Starts Kamon.
  ///
  /// @param hasAgent whether classes are rewritten as they load, for metrics of actors and HTTP
  /// @return what `/metrics` shows
  static Supplier<String> start(Config config, boolean hasAgent) {
    if (hasAgent) {
      Kamon.init(config);
    } else {
      Kamon.initWithoutAttaching(config);
    }
    var reporter = new PrometheusReporter(PrometheusReporter.DefaultConfigPath(), Kamon.config());
    Kamon.addReporter("prometheus", reporter);
    return reporter::scrapeData;
  }
}
