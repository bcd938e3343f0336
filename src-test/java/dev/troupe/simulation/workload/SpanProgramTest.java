package dev.troupe.simulation.workload;

import static dev.troupe.simulation.workload.SpanText.chat;
import static dev.troupe.simulation.workload.SpanText.request;
import static dev.troupe.simulation.workload.SpanText.span;
import static dev.troupe.simulation.workload.SpanText.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is read from spans that do not say it: which calls there are, what they need, what their
/// prompts have in common.
class SpanProgramTest {

  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  /// Two agents at once, then a call that joins them:
  ///
  /// ```
  /// agent 1:  1--2 3----5
  /// agent 2:  1-------4 6--7
  /// join:                     8--9
  /// ```
  @Test
  void lastCallsOfAgentsBesideEachOtherAreWhatAJoinNeeds() throws IOException {
    var calls =
        calls(
            step("a", "10", "", 0, 10, "invoke_workflow"),
            step("a", "11", "10", 1, 5, "invoke_agent"),
            step("a", "12", "10", 1, 7, "invoke_agent"),
            chat("a", "1", "11", 1, 2, "m", 10),
            chat("a", "2", "11", 3, 5, "m", 10),
            chat("a", "3", "12", 1, 4, "m", 10),
            chat("a", "4", "12", 6, 7, "m", 10),
            chat("a", "5", "10", 8, 9, "m", 10));

    assertThat(calls)
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0), List.of(), List.of(2), List.of(1, 3));
    // The join waits from 7 to 8.
    assertThat(calls)
        .extracting(CallTrace::waitNanos)
        .containsExactly(0L, SECOND, 0L, 2 * SECOND, SECOND);
  }

  @Test
  void callsOfAToolsAgentNeedTheCallBeforeTheTool() throws IOException {
    var calls =
        calls(
            step("a", "10", "", 0, 10, "invoke_agent"),
            chat("a", "1", "10", 0, 1, "m", 10),
            step("a", "11", "10", 1, 5, "execute_tool"),
            chat("a", "2", "11", 2, 3, "m", 10),
            chat("a", "3", "10", 6, 7, "m", 10));

    assertThat(calls)
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0), List.of(1));
  }

  @Test
  void countsACallOnceThatAFrameworkAndItsClientTellOf() throws IOException {
    var calls =
        calls(
            chat("a", "1", "", 0, 5, "m", 100),
            span("a", "2", "1", 1, 4) + "]}",
            chat("a", "3", "2", 1, 4, "m", 99));

    assertThat(calls).extracting(CallTrace::promptTokens).containsExactly(100);
  }

  @Test
  void takesTheClientsNumbersWhereTheFrameworkHasNone() throws IOException {
    var calls = calls(step("a", "1", "", 0, 5, "chat"), chat("a", "2", "1", 1, 4, "m", 99));

    assertThat(calls).extracting(CallTrace::promptTokens).containsExactly(99);
  }

  @Test
  void continuesTheLongestPromptOfTheModelThatItsOwnCanHold() throws IOException {
    var calls =
        calls(
            chat("a", "1", "", 0, 1, "m", 32),
            chat("a", "2", "", 2, 3, "other", 48),
            chat("a", "3", "", 4, 5, "m", 96),
            chat("a", "4", "", 6, 7, "m", 64));

    // The third begins with the first's two blocks, and so does the fourth, which is too short for
    // the third's.
    assertThat(calls.get(1).prompt().shared(calls.get(0).prompt())).isZero();
    assertThat(calls.get(2).prompt().shared(calls.get(0).prompt())).isEqualTo(2);
    assertThat(calls.get(3).prompt().shared(calls.get(0).prompt())).isEqualTo(2);
    assertThat(calls.get(3).prompt().shared(calls.get(2).prompt())).isEqualTo(2);
  }

  /// The calls of a trace with these spans.
  private List<CallTrace> calls(String... spans) throws IOException {
    var file = Files.writeString(folder.resolve("spans.json"), request(spans));
    var reader = new TraceReader(WaitRule.asRecorded(), 1);
    return reader.read(file).programs().getFirst().calls();
  }
}
