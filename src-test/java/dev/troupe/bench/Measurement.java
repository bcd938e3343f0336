package dev.troupe.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// What a load met. Confined to one thread while it grows.
final class Measurement {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Histogram firstByteNanos = new Histogram(LONGEST_NANOS, 3);
  private final Histogram endNanos = new Histogram(LONGEST_NANOS, 3);
  private long errors;
  private long elapsedNanos;
  private long cpuNanos;
  private long residentBytes;

  void answered(long firstNanos, long allNanos) {
    firstByteNanos.recordValue(Math.min(LONGEST_NANOS, firstNanos));
    endNanos.recordValue(Math.min(LONGEST_NANOS, allNanos));
  }

  void failed() {
    errors++;
  }

  void lasted(long nanos) {
    elapsedNanos += nanos;
  }

  /// @param nanos processor time of the process under test, without the JVM's compiler
  /// @param resident its memory at the end, the most of all
  void cost(long nanos, long resident) {
    cpuNanos += nanos;
    residentBytes = Math.max(residentBytes, resident);
  }

  void add(Measurement more) {
    firstByteNanos.add(more.firstByteNanos);
    endNanos.add(more.endNanos);
    errors += more.errors;
    elapsedNanos += more.elapsedNanos;
    cost(more.cpuNanos, more.residentBytes);
  }

  long requests() {
    return endNanos.getTotalCount();
  }

  long errors() {
    return errors;
  }

  double requestsPerSecond() {
    return requests() / (elapsedNanos / 1e9);
  }

  double firstByteMillis(double percentile) {
    return firstByteNanos.getValueAtPercentile(percentile) / 1e6;
  }

  double endMillis(double percentile) {
    return endNanos.getValueAtPercentile(percentile) / 1e6;
  }

  /// Processor time of the process under test, in microseconds for each request.
  double cpuMicrosPerRequest() {
    return requests() == 0 ? 0 : cpuNanos / 1e3 / requests();
  }

  double residentMebibytes() {
    return residentBytes / (double) (1 << 20);
  }
}
