package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.troupe.program.PrefixChain;
import dev.troupe.simulation.workload.RecordedCall.ProgramKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedProgramTest {

  private static final long SECOND = 1_000_000_000L;

  /// When the recordings began.
  private static final long ZERO = 1_767_323_044L * SECOND;

  @Test
  void aCallNeedsWhatItsCallerNamed() {
    var program =
        program(call("a", 0, 2), call("b", 0, 1), call("c", 3, 4, "a"), call("d", 3, 4, "a", "b"));

    assertThat(program.calls())
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(), List.of(1), List.of(0, 1));
  }

  @Test
  void withoutNamesACallNeedsTheLastThatHadEndedWhenItCame() {
    var program = program(call("a", 0, 1), call("b", 2, 3), call("c", 2, 5), call("d", 6, 7));

    assertThat(program.calls())
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0), List.of(0), List.of(1, 2));
  }

  /// It may have run elsewhere, or before the recording began.
  @Test
  void aParentThatIsNotRecordedCountsAsNotNamed() {
    var program = program(call("a", 0, 1), call("b", 2, 3, "elsewhere"));

    assertThat(program.calls())
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0));
  }

  @Test
  void anIdThatComesAgainNamesTheCallBefore() {
    var program = program(call("a", 0, 1), call("a", 2, 3, "a"), call("b", 4, 5, "a"));

    assertThat(program.calls())
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0), List.of(1));
  }

  @Test
  void aCallWaitsFromTheEndOfWhatItNeedsToItsArrival() {
    var program = program(call("a", 0, 1), call("b", 4, 5), call("c", 4, 6, "a"), call("d", 9, 9));

    assertThat(program.calls())
        .extracting(CallTrace::waitNanos)
        .containsExactly(0L, 3 * SECOND, 3 * SECOND, 3 * SECOND);
  }

  /// A caller that streams may go on before the end.
  @Test
  void aCallThatCameBeforeTheEndOfWhatItNeedsWaitsForNothing() {
    var program = program(call("a", 0, 2), call("b", 1, 3, "a"));

    assertThat(program.calls().getLast())
        .extracting(CallTrace::parents, CallTrace::waitNanos)
        .containsExactly(List.of(0), 0L);
  }

  /// The first call may be the last to end.
  @Test
  void aProgramTookFromItsArrivalToTheEndOfItsLastCall() {
    var program = program(call("a", 1, 9), call("b", 2, 3));

    assertThat(program.servedNanos()).hasValue(8 * SECOND);
  }

  /// Other pauses or other calls would have taken another time.
  @Test
  void nobodyKnowsHowLongAProgramThatWasChangedWouldHaveTaken() {
    var calls = List.of(call("a", 0, 1), call("b", 3, 5));
    var hasty = RecordedProgram.all(calls, new WaitRule.None(), 1).getFirst();
    var shorter =
        RecordedProgram.all(calls, WaitRule.asRecorded(), 1).getFirst().with(hasty.calls());

    assertThat(hasty.servedNanos()).isEmpty();
    assertThat(shorter.servedNanos()).isEmpty();
  }

  @Test
  void callsStandInTheOrderOfTheirArrivalWhateverTheirOrderInTheFile() {
    var program = program(call("b", 2, 3), call("a", 0, 1));

    assertThat(program.calls())
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0));
  }

  @Test
  void programsOfTwoTenantsAreTwoWhateverTheirIds() {
    var programs =
        RecordedProgram.all(
            List.of(
                call(new ProgramKey("late", "p"), "a", 5, 6),
                call(new ProgramKey("early", "p"), "a", 1, 2)),
            WaitRule.asRecorded(),
            1);

    assertThat(programs)
        .extracting(ProgramTrace::id, ProgramTrace::tenant, ProgramTrace::arrivalNanos)
        .containsExactly(tuple("p", "early", 0L), tuple("p", "late", 4 * SECOND));
  }

  @Test
  void aCallWithoutOutputMakesOneToken() {
    var embedding =
        new RecordedCall(
            "a", new ProgramKey("t", "p"), List.of(), ZERO, ZERO, 40, 0, beginnings(1, 40));

    var call =
        RecordedProgram.all(List.of(embedding), WaitRule.asRecorded(), 1)
            .getFirst()
            .calls()
            .getFirst();

    assertThat(call.outputTokens()).isEqualTo(1);
  }

  /// An answer lies in the cache under the names that the next prompt has for it.
  @Test
  void whatACallGeneratedIsKeptForThePromptThatRepeatsIt() {
    var first =
        new RecordedCall(
            "a", new ProgramKey("t", "p"), List.of(), ZERO, ZERO, 32, 32, beginnings(1, 32));
    var second =
        new RecordedCall(
            "b",
            new ProgramKey("t", "p"),
            List.of(),
            ZERO + SECOND,
            ZERO + SECOND,
            96,
            10,
            beginnings(1, 32, 2, 64, 3, 96));

    var calls =
        RecordedProgram.all(List.of(first, second), WaitRule.asRecorded(), 1).getFirst().calls();

    assertThat(calls.getFirst().kept().length()).isEqualTo(4);
    assertThat(calls.getLast().prompt().shared(calls.getFirst().kept())).isEqualTo(4);
  }

  private static ProgramTrace program(RecordedCall... calls) {
    var programs = RecordedProgram.all(Arrays.asList(calls), WaitRule.asRecorded(), 1);
    assertThat(programs).hasSize(1);
    return programs.getFirst();
  }

  private static RecordedCall call(String id, long arrival, long end, String... parents) {
    return call(new ProgramKey("t", "p"), id, arrival, end, parents);
  }

  private static RecordedCall call(
      ProgramKey program, String id, long arrival, long end, String... parents) {
    return new RecordedCall(
        id,
        program,
        List.of(parents),
        ZERO + arrival * SECOND,
        ZERO + end * SECOND,
        40,
        8,
        beginnings(id.hashCode(), 40));
  }

  private static PrefixChain beginnings(int... hashesAndTokens) {
    return KnownPromptsTest.beginnings(hashesAndTokens);
  }
}
