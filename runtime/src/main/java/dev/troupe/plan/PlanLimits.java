package dev.troupe.plan;

/// How large a plan may be.
///
/// @param steps in one plan, those of nested bodies counted once each
/// @param dependencies of all steps together
/// @param nesting how deep maps, conditions, loops and sub-runs may lie in each other
/// @param textChars characters of prompts, arguments and messages together
public record PlanLimits(int steps, int dependencies, int nesting, long textChars) {

  /// 500,000 steps, four million dependencies, eight levels, 256 Mi characters.
  public static final PlanLimits DEFAULT =
      new PlanLimits(500_000, 4_000_000, 8, 256L * 1024 * 1024);

  /// What steps inside steps may reach: the ids are as long as the way.
  private static final int MAX_NESTING = 8;

  public PlanLimits {
    if (steps < 1 || dependencies < 0 || nesting < 0 || nesting > MAX_NESTING || textChars < 1) {
      throw new IllegalArgumentException(
          "plan limits must be positive, nesting at most " + MAX_NESTING);
    }
  }
}
