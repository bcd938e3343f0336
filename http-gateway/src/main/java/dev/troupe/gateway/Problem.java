package dev.troupe.gateway;

import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.Optional;

/// What a client is told when it is not served.
///
/// @param detail a sentence: what is wrong and, where it helps, the mend
/// @param param the member or header at fault
/// @param retryAfter when another try makes sense
record Problem(
    ErrorTable.Row row, String detail, Optional<String> param, Optional<Duration> retryAfter) {

  static Problem of(ErrorTable.Fault fault, String detail) {
    return new Problem(ErrorTable.row(fault), detail, Optional.empty(), Optional.empty());
  }

  static Problem of(ErrorTable.Fault fault, String detail, Optional<String> param) {
    return new Problem(ErrorTable.row(fault), detail, param, Optional.empty());
  }

  static Problem unknownModel(String model) {
    return new Problem(
        ErrorTable.row(Reason.UNKNOWN_MODEL),
        "No engine serves the model `" + model + "`. GET /v1/models lists what there is.",
        Optional.of("model"),
        Optional.empty());
  }

  static Problem of(Reason reason, String detail, Optional<Duration> retryAfter) {
    return new Problem(ErrorTable.row(reason), detail, Optional.empty(), retryAfter);
  }
}
