package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.gateway.ErrorTable.Row;
import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorTableTest {

  private static final Trace TRACE = new Trace("0af7651916cd43dd8448eb211c80319c");

  @ParameterizedTest
  @CsvSource({
    "QUEUE_FULL,429,rate_limit_error",
    "UNKNOWN_MODEL,404,invalid_request_error",
    "DRAINING,503,server_error",
    "DEADLINE_EXCEEDED,504,timeout_error",
    "CLIENT_GONE,499,cancelled",
    "PROGRAM_ENDED,409,cancelled",
    "ENGINE_LOST,502,engine_error",
    "ENGINE_INVALID,502,engine_error",
    "DUPLICATE_CALL,409,invalid_request_error",
    "INTERNAL,500,server_error",
  })
  void givesEachReasonItsStatus(Reason reason, int status, String type) {
    assertThat(ErrorTable.row(reason))
        .extracting(Row::status, Row::type)
        .containsExactly(status, type);
  }

  @Test
  void tellsAllCodesApart() {
    var codes =
        Stream.concat(
                Arrays.stream(Reason.values()).map(ErrorTable::row),
                // An inner error is the same wherever it is met.
                Arrays.stream(Fault.values())
                    .filter(fault -> fault != Fault.INTERNAL)
                    .map(ErrorTable::row))
            .map(Row::code)
            .toList();

    assertThat(codes).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void answersEveryReasonInOpenAisShape(Reason reason) throws Exception {
    var problem = Problem.of(reason, "It \"went\" wrong.", Optional.empty());
    var response = Responses.problem(problem, TRACE);

    assertThat(response.status().intValue()).isEqualTo(ErrorTable.row(reason).status());
    var error = Responses.error(problem, TRACE).path("error");
    assertThat(error.path("message").asText()).isEqualTo("It \"went\" wrong.");
    assertThat(error.has("param")).isTrue();
    assertThat(error.path("trace_id").asText()).isEqualTo(TRACE.id());
  }

  @Test
  void alwaysSaysWhenToTryAgainIfThatHelps() {
    var soon = Problem.of(Reason.QUEUE_FULL, "", Optional.of(Duration.ofMillis(1)));
    var unknown = Problem.of(Reason.DRAINING, "", Optional.empty());
    var never = Problem.of(Reason.UNKNOWN_MODEL, "", Optional.empty());
    var perhaps = Problem.of(Reason.DUPLICATE_CALL, "", Optional.of(Duration.ofSeconds(2)));

    assertThat(retryAfter(soon)).contains("1");
    assertThat(retryAfter(unknown)).contains("1");
    assertThat(retryAfter(never)).isEmpty();
    assertThat(retryAfter(perhaps)).contains("2");
  }

  @Test
  void letsNoValueEndAHeadersLine() {
    // U+010A and U+010D become line feed and carriage return where a character is cut to a byte.
    assertThat(Responses.header("X-A", "a\u010a\u010db%").value()).isEqualTo("a%C4%8A%C4%8Db%25");
    assertThat(Responses.header("X-A", "100% plain").value()).isEqualTo("100% plain");
  }

  private static Optional<String> retryAfter(Problem problem) {
    return Responses.problem(problem, TRACE).getHeader("Retry-After").map(header -> header.value());
  }
}
