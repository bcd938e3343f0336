package dev.troupe.chaos;

import static dev.troupe.chaos.AttemptSamples.broken;
import static dev.troupe.chaos.AttemptSamples.completed;
import static dev.troupe.chaos.AttemptSamples.loneRestart;
import static dev.troupe.chaos.AttemptSamples.lossOfNode1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.ServiceModel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChecksTest {

  /// 100 prompt tokens and 10 output tokens cost 100 × 1 ms + 10 × 10 ms = 200 ms.
  private static final ServiceModel MODEL = new ServiceModel.Tokens(1_000_000, 10_000_000);

  private static final long CALL_NANOS = 200_000_000;

  /// The node is lost from 10 s to 20 s.
  private static final Disturbance LOSS = lossOfNode1(10, 20);

  private static final List<Attempt> ORDERLY =
      List.of(completed("a", 0, 0, 1, 2), completed("a", 1, 2, 11, 12));

  @Test
  void passesWhenNothingIsLost() {
    assertThat(failures(ORDERLY, Map.of("a", 2 * CALL_NANOS), false)).isEmpty();
  }

  @Test
  void excusesCallsThatWereOnTheLostNode() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2),
            broken("a", 1, 1, 9, 10.1, Outcome.CUT_DURING),
            completed("a", 2, 0, 11, 12));

    assertThat(failures(attempts, Map.of("a", 2 * CALL_NANOS), false)).isEmpty();
  }

  @Test
  void blamesACallThatIsLostOnAnotherNode() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2),
            broken("a", 1, 0, 9, 10.1, Outcome.CUT_DURING),
            completed("a", 2, 0, 11, 12));

    assertThat(failures(attempts, Map.of("a", 2 * CALL_NANOS), false))
        .containsExactly("every call that was not on a lost node completes");
  }

  @Test
  void blamesACallThatIsRefusedToTheEnd() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2),
            completed("a", 1, 0, 11, 12),
            broken("a", 2, 0, 12, 13, Outcome.REFUSED));

    assertThat(failures(attempts, Map.of("a", 2 * CALL_NANOS), false))
        .containsExactly("every call that was not on a lost node completes");
  }

  @Test
  void blamesARefusalOnlyWhereItIsForbidden() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2),
            broken("a", 1, 0, 11, 11.1, Outcome.REFUSED),
            completed("a", 1, 2, 11.2, 12));
    var served = Map.of("a", 2 * CALL_NANOS);

    assertThat(failures(attempts, served, false)).isEmpty();
    assertThat(failures(attempts, served, true))
        .containsExactly("no call is refused, no stream dropped");
  }

  @Test
  void blamesACallThatTwoEnginesStarted() {
    var executions = new HashMap<>(executions(ORDERLY));
    executions.put("a/1", 2);
    var evidence = new Evidence(LOSS, ORDERLY, executions, Map.of("a", 2 * CALL_NANOS), 0, 0);

    assertThat(failed(Checks.of(evidence, MODEL, false, Tolerance.STRICT)))
        .containsExactly("no call is executed twice");
  }

  @Test
  void blamesAForgottenProgram() {
    assertThat(failures(ORDERLY, Map.of(), false))
        .containsExactly(
            "programs known before are known after",
            "attained service is off by at most the loss window");
  }

  @Test
  void allowsTheChargeOfACallThatEndedJustBeforeTheLossToBeMissing() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2), completed("a", 1, 0, 8, 9.5), completed("a", 2, 2, 11, 12));

    assertThat(failures(attempts, Map.of("a", 2 * CALL_NANOS), false)).isEmpty();
    assertThat(failures(attempts, Map.of("a", CALL_NANOS), false))
        .containsExactly("attained service is off by at most the loss window");
  }

  /// The blow lasts from 10 s to 10.5 s.
  @Test
  void allowsTheChargeOfACallThatEndedDuringTheBlowToBeMissing() {
    var during = List.of(completed("a", 0, 0, 1, 2), completed("a", 1, 0, 8, 10.4));
    var after = List.of(completed("a", 0, 0, 1, 2), completed("a", 1, 0, 8, 10.6));

    assertThat(serviceFailures(during)).isEmpty();
    assertThat(serviceFailures(after)).hasSize(1);
  }

  private static List<String> serviceFailures(List<Attempt> attempts) {
    return failures(attempts, Map.of("a", CALL_NANOS), false).stream()
        .filter(check -> check.startsWith("attained service"))
        .toList();
  }

  @Test
  void blamesAProgramThatIsChargedTwice() {
    assertThat(failures(ORDERLY, Map.of("a", 3 * CALL_NANOS), false))
        .containsExactly("attained service is off by at most the loss window");
  }

  @Test
  void blamesALeaseThatIsLeft() {
    var evidence =
        new Evidence(LOSS, ORDERLY, executions(ORDERLY), Map.of("a", 2 * CALL_NANOS), 1, 0);

    assertThat(failed(Checks.of(evidence, MODEL, false, Tolerance.STRICT)))
        .containsExactly("slots return to full");
  }

  @Test
  void passesAFirstSeedThatWaitsAlone() {
    assertThat(failuresAlone(90, 0, 0)).isEmpty();
  }

  @Test
  void blamesAFirstSeedThatDoesNotWait() {
    var blame = "alone, the first seed waits";

    assertThat(failuresAlone(90, 0, 1)).as("a second cluster").containsExactly(blame);
    assertThat(failuresAlone(90, 1, 0)).as("work").containsExactly(blame);
    assertThat(failuresAlone(0, 0, 0)).as("no answer").containsExactly(blame);
  }

  /// The first seed is gone from 10 s to 20 s, and nobody has to notice.
  private static List<String> failuresAlone(int looks, int ready, int inCluster) {
    var solitude = new Solitude(Duration.ofSeconds(20), looks, ready, inCluster);
    var evidence =
        new Evidence(
            loneRestart(10, 20, solitude),
            ORDERLY,
            executions(ORDERLY),
            Map.of("a", 2 * CALL_NANOS),
            0,
            0);
    return failed(Checks.of(evidence, MODEL, false, Tolerance.STRICT));
  }

  private static List<String> failures(
      List<Attempt> attempts, Map<String, Long> served, boolean forbidsRefusals) {
    var evidence = new Evidence(LOSS, attempts, executions(attempts), served, 0, 0);
    return failed(Checks.of(evidence, MODEL, forbidsRefusals, Tolerance.STRICT));
  }

  private static Map<String, Integer> executions(List<Attempt> attempts) {
    var executions = new HashMap<String, Integer>();
    attempts.forEach(attempt -> executions.put(attempt.mark(), 1));
    return executions;
  }

  private static List<String> failed(List<Verdict> verdicts) {
    return verdicts.stream().filter(verdict -> !verdict.passed()).map(Verdict::check).toList();
  }
}
