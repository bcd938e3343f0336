package dev.troupe.plan;

/// What a plan holds, against its limits.
///
/// @param steps those inside others counted too
/// @param chars of all texts
record PlanSize(int steps, int edges, long chars) {

  static final PlanSize NONE = new PlanSize(0, 0, 0);

  PlanSize plus(PlanSize other) {
    return new PlanSize(steps + other.steps, edges + other.edges, chars + other.chars);
  }

  static PlanSize of(Step step) {
    PlanSize size = new PlanSize(1, step.dependencies().size(), TextLength.of(step));
    for (Body body : step.kind().bodies().values()) {
      for (Step inner : body.steps()) {
        size = size.plus(of(inner));
      }
    }
    return size;
  }

  void check(PlanLimits limits) {
    check("steps", steps, limits.steps());
    check("dependencies", edges, limits.dependencies());
    check("characters of text", chars, limits.textChars());
  }

  private static void check(String what, long actual, long limit) {
    if (actual > limit) {
      throw InvalidPlanException.of(
          PlanError.Code.TOO_LARGE,
          "the plan would have " + actual + " " + what + ", of which " + limit + " are allowed");
    }
  }
}
