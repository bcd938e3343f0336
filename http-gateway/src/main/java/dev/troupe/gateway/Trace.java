package dev.troupe.gateway;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/// The name of one request in answers, logs and traces.
///
/// @param id 32 hexadecimal digits: the trace id of the client's `traceparent`, or one made here
record Trace(String id) {

  static final String HEADER = "X-Trace-Id";

  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

  static Trace of(HeaderView headers) {
    return headers
        .value("traceparent")
        .map(TRACEPARENT::matcher)
        .filter(matcher -> matcher.matches())
        .map(matcher -> new Trace(matcher.group(1)))
        .orElseGet(Trace::random);
  }

  /// Until closed, log lines of this thread carry the id.
  MDC.MDCCloseable inLog() {
    return MDC.putCloseable("trace", id);
  }

  private static Trace random() {
    var random = ThreadLocalRandom.current();
    return new Trace("%016x%016x".formatted(random.nextLong(), random.nextLong()));
  }
}
