package dev.troupe.bench;

import dev.troupe.bench.Target.Path;
import java.util.Map;
import java.util.Objects;

/// What a scenario showed on each way to the engines.
record Comparison(Scenario scenario, Map<Path, Measurement> measured) {

  Measurement of(Path path) {
    return Objects.requireNonNull(measured.get(path), path.name());
  }

  boolean has(Path path) {
    return measured.containsKey(path);
  }

  /// What a way adds to the direct one.
  double addedFirstByteMillis(Path path, double percentile) {
    return of(path).firstByteMillis(percentile) - of(Path.DIRECT).firstByteMillis(percentile);
  }

  double addedEndMillis(Path path, double percentile) {
    return of(path).endMillis(percentile) - of(Path.DIRECT).endMillis(percentile);
  }
}
