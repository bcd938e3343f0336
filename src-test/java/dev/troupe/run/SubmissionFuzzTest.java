package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.PlanFuzz;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// As `PlanFuzzEndToEndTest`, without the way over HTTP: what is submitted is refused with a typed error, or
/// can be estimated, and begun. With `-Dtroupe.fuzz.read=100000` as many as the issue asks for.
@Timeout(600)
class SubmissionFuzzTest {

  private static final int PLANS = Integer.getInteger("troupe.fuzz.read", 10_000);

  private static final ModelCatalogue MODELS =
      ModelCatalogue.of(
          new Prices("USD", Map.of("solo", new Prices.Price(1, 1, 2, 1_000)), Map.of()));

  private final RunJson reader = new RunJson(ToolCatalog.open(List.of()), PlanLimits.DEFAULT);
  private final RunDecisions decisions = new RunDecisions(MODELS);
  private int begun;
  private int refused;

  @Test
  void whateverIsReadIsAPlanOrATypedError() {
    var fuzz = new PlanFuzz(2);
    for (int plan = 0; plan < PLANS; plan++) {
      try {
        begin(reader.read(fuzz.next(), RunJson.Form.NATIVE));
      } catch (InvalidPlanException invalid) {
        assertThat(invalid.error().message()).isNotBlank();
        refused++;
      }
    }
    System.out.println(PLANS + " fuzzed plans read: " + begun + " begun, " + refused + " refused");
    assertThat(begun).isGreaterThan(PLANS / 20);
    assertThat(refused).isGreaterThan(PLANS / 20);
  }

  private void begin(Submission submission) {
    if (!(submission.work() instanceof Submission.Planned(var plan, _))) {
      return;
    }
    assertThat(PlanEstimate.of(plan, submission.policy(), MODELS).speedup()).isPositive();
    var submit = RunCommand.Submit.of(new RunId("r"), plan, submission.policy());
    var outcome = decisions.decide(new Run(), submit, 1, new SplittableRandom(1));
    if (outcome.refusal().isPresent()) {
      refused++;
    } else {
      assertThat(outcome.events()).isNotEmpty();
      begun++;
    }
  }
}
