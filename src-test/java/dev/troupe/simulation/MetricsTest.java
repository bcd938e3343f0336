package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.simulation.ProgramOutcome.CallOutcome;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Numbers reckoned by hand, from three programs:
///
/// | program | tenant | arrives | ends | waited | service | prompt | cached | output |
/// |---|---|---|---|---|---|---|---|---|
/// | a | x | 1 s | 3 s | 1 s | 1 s | 100 | 0 | 10 |
/// | b | x | 2 s | 6 s | 3 s | 1 s | 100 | 50 | 40 |
/// | c | y | 5 s | 11 s | 0 s | 3 s | 200 | 150 | 20 |
class MetricsTest {

  private static final Offset<Double> EXACT = within(1e-12);

  private static final ProgramOutcome A = program("a", "x", 1, 3, 1, 1, 100, 0, 10);
  private static final ProgramOutcome B = program("b", "x", 2, 6, 3, 1, 100, 50, 40);
  private static final ProgramOutcome C = program("c", "y", 5, 11, 0, 3, 200, 150, 20);

  private final Metrics metrics = Metrics.of(outcome(A, B, C));

  @Test
  void countsProgramsCallsAndWhatWasRefused() {
    assertThat(metrics.programs()).isEqualTo(3);
    assertThat(metrics.calls()).isEqualTo(3);
    assertThat(metrics.refused()).isEqualTo(2);
    assertThat(metrics.scaled()).isEqualTo(1);
    assertThat(metrics.preemptions()).isEqualTo(7);
  }

  @Test
  void measuresResponseFromArrivalToTheLastEnd() {
    // 2, 4 and 6 s; 95 % of the way from the first to the third is 0.9 of the way from 4 to 6.
    assertThat(metrics.responseSeconds().mean()).isEqualTo(4, EXACT);
    assertThat(metrics.responseSeconds().p50()).isEqualTo(4, EXACT);
    assertThat(metrics.responseSeconds().p95()).isEqualTo(5.8, EXACT);
    assertThat(metrics.responseSeconds().p99()).isEqualTo(5.96, EXACT);
    assertThat(metrics.responseSeconds().max()).isEqualTo(6, EXACT);
  }

  @Test
  void averagesTokenLatencyOverProgramsNotOverTokens() {
    // 2 / 10 = 0.2, 4 / 40 = 0.1, 6 / 20 = 0.3; over tokens it would be 12 / 70 = 0.171.
    assertThat(metrics.tokenLatencySeconds().mean()).isEqualTo(0.2, EXACT);
  }

  @Test
  void countsThroughputFromTheFirstArrivalToTheLastEnd() {
    // 1 s to 11 s; arrivals at 1, 2 and 5 s are two intervals in 4 s.
    assertThat(metrics.rates().makespanSeconds()).isEqualTo(10, EXACT);
    assertThat(metrics.rates().servedPerSecond()).isEqualTo(0.3, EXACT);
    assertThat(metrics.rates().offeredPerSecond()).hasValue(0.5);
  }

  @Test
  void offersAtNoRateWhenAllArriveAtOnce() {
    assertThat(Metrics.of(outcome(A, A)).rates().offeredPerSecond()).isEmpty();
  }

  @Test
  void countsTokensThatACacheHeld() {
    // 200 of 400.
    assertThat(metrics.cache().hitRate()).isEqualTo(0.5, EXACT);
    assertThat(metrics.cache().prefilledTokens()).isEqualTo(200);
  }

  @Test
  void countsTokensComputedAgainAfterPreemptionsAndAfterALoss() {
    // 30 by preempted calls and 10 of each program, of 400.
    assertThat(metrics.cache().reprefilledTokens()).isEqualTo(60);
    assertThat(metrics.cache().reprefilledShare()).isEqualTo(0.15, EXACT);
  }

  @Test
  void hitsNothingWithoutPrompts() {
    var none = Metrics.of(outcome(program("d", "x", 0, 1, 0, 1, 0, 0, 1)));

    assertThat(none.cache().hitRate()).isZero();
  }

  @Test
  void weighsFairnessByServiceOverResponse() {
    // 1/2, 1/4, 3/6: (5/4)² / (3 × (1/4 + 1/16 + 1/4)) = (25/16) / (27/16).
    assertThat(metrics.fairness().ofPrograms()).isEqualTo(25.0 / 27, EXACT);
  }

  @Test
  void weighsFairnessOfTenantsByTheMeanOfTheirPrograms() {
    // x: (1/2 + 1/4) / 2 = 3/8, y: 1/2: (7/8)² / (2 × (9/64 + 16/64)) = 49/50.
    assertThat(metrics.fairness().ofTenants()).hasValueCloseTo(0.98, EXACT);
  }

  @Test
  void hasNoFairnessOfOneTenant() {
    assertThat(Metrics.of(outcome(A, B)).fairness().ofTenants()).isEmpty();
  }

  @Test
  void relatesWaitingToService() {
    // 1, 3 and 0.
    assertThat(metrics.waitingToService().p50()).isEqualTo(1, EXACT);
    assertThat(metrics.waitingToService().p95()).isEqualTo(2.8, EXACT);
    assertThat(metrics.waitingToService().max()).isEqualTo(3, EXACT);
  }

  @Test
  void tellsWhatTheSimulationTook() {
    // 40 decisions in 100 µs; 3 calls in 1 ms.
    assertThat(metrics.effort().decisionMicros()).isEqualTo(2.5, EXACT);
    assertThat(metrics.effort().callsPerSecond()).isEqualTo(3000, within(1e-6));
  }

  @Test
  void measuresNothingWhenNoProgramRan() {
    assertThatIllegalArgumentException().isThrownBy(() -> Metrics.of(outcome()));
  }

  private static Outcome outcome(ProgramOutcome... programs) {
    var setup = new Setup("fcfs", "round-robin", 0.8, 4, "A100-8B", 1);
    return new Outcome(setup, "hand", List.of(programs), 2, 1, 7, 30, 40, 100_000, 1_000_000);
  }

  private static ProgramOutcome program(
      String id,
      String tenant,
      int arrival,
      int end,
      int waited,
      int service,
      int prompt,
      int cached,
      int output) {
    long second = 1_000_000_000;
    var call =
        new CallOutcome(
            List.of(), arrival * second, 0, 0, end * second, 0, prompt, cached, 10, output);
    return new ProgramOutcome(
        id,
        "chat",
        tenant,
        arrival * second,
        end * second,
        waited * second,
        service * second,
        prompt,
        cached,
        output,
        List.of(call));
  }
}
