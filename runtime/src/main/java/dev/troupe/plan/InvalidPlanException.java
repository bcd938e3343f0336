package dev.troupe.plan;

/// What was sent is no plan. Thrown by everything that reads or builds one, and by nothing else.
public final class InvalidPlanException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient PlanError error;

  public InvalidPlanException(PlanError error) {
    super(error.line(), null, false, false);
    this.error = error;
  }

  public static InvalidPlanException of(PlanError.Code code, String message) {
    return new InvalidPlanException(PlanError.of(code, message));
  }

  public PlanError error() {
    return error;
  }

  InvalidPlanException at(String place) {
    return new InvalidPlanException(error.at(place));
  }

  InvalidPlanException about(StepId step) {
    return new InvalidPlanException(error.about(step));
  }
}
