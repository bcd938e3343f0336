package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.PlanError;
import dev.troupe.plan.StepId;
import org.junit.jupiter.api.Test;

class RunFaultTest {

  private static final PlanError ERROR =
      PlanError.of(PlanError.Code.MODEL_UNKNOWN, "no such model").about(new StepId("draft"));

  @Test
  void saysWhichStepIsWrongWhereItDoesNotKnowThePlace() {
    assertThat(RunFault.of(ERROR).param()).contains("draft");
    assertThat(RunFault.of(ERROR.at("/tasks/3/model")).param()).contains("/tasks/3/model");
  }
}
