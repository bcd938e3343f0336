package dev.troupe.bench;

import java.net.URI;
import java.time.Duration;
import java.util.OptionalDouble;

/// What to ask of a server, how often and for how long.
///
/// @param connections requests under way at once; with a rate, those to begin with
/// @param rate requests per second, whatever the answers take; without one, each connection asks
///     anew as soon as it is answered
record Load(URI target, Body body, int connections, OptionalDouble rate, Duration duration) {

  /// @param bytes length of the request's body
  /// @param outputTokens of the answer; one event each when it is streamed
  record Body(String model, int bytes, boolean streamed, int outputTokens) {}

  static Load closed(URI target, Body body, int connections, Duration duration) {
    return new Load(target, body, connections, OptionalDouble.empty(), duration);
  }

  static Load open(URI target, Body body, double rate, Duration duration) {
    return new Load(target, body, 1, OptionalDouble.of(rate), duration);
  }
}
