package dev.troupe.connector;

import dev.troupe.engine.EngineEndpoint;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// Why a probe failed, in one line for the log. The same fault always reads the same. What was
/// sent is not in it, so no key is.
final class ProbeFault {

  /// Some libraries put what they have read into their messages.
  private static final int MAX_LENGTH = 200;

  private ProbeFault() {}

  /// An answer that is not 200.
  static String of(EngineEndpoint engine, String path, int status) {
    var answer = path + " answers " + status;
    return switch (status) {
      case 401, 403 ->
          answer
              + (engine.apiKey().isPresent()
                  ? ": is its api-key right?"
                  : ": does it want an api-key?");
      case 404 -> answer + ": is the url that of an engine?";
      default -> answer;
    };
  }

  /// @param timeout within which the answer had to be there
  static String of(Throwable failure, Duration timeout) {
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof TimeoutException) {
      return "no answer within " + timeout.toMillis() + " ms";
    }
    var message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : shortened(message.strip().lines().findFirst().orElseThrow());
  }

  private static String shortened(String line) {
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + " ...";
  }
}
