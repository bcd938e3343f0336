package dev.troupe.plan;

import java.util.Locale;
import java.util.OptionalLong;

/// What becomes of results that are too long for the prompt of the step that receives them.
///
/// @param maxTokens of a step's context; no limit where empty
/// @param keepLastN how many results, the latest, [Strategy#KEEP_LAST_N] keeps
public record ContextPolicy(OptionalLong maxTokens, Strategy strategy, int keepLastN) {

  /// How a context is made to fit.
  public enum Strategy {
    /// Not at all: a step whose context does not fit fails.
    NONE,
    /// The oldest results go until it fits.
    TRUNCATE,
    /// The last results stay.
    KEEP_LAST_N,
    /// Results are shortened in groups until all of them fit.
    COMPRESS
  }

  public static final ContextPolicy NONE =
      new ContextPolicy(OptionalLong.empty(), Strategy.NONE, 0);

  public ContextPolicy {
    if (maxTokens.isPresent() && maxTokens.getAsLong() <= 0) {
      throw invalid("context_policy.max_tokens must be more than 0");
    }
    if (keepLastN < 0 || (strategy == Strategy.KEEP_LAST_N && keepLastN == 0)) {
      throw invalid("context_policy.keep_last_n must be more than 0 with strategy keep_last_n");
    }
    if ((strategy == Strategy.TRUNCATE || strategy == Strategy.COMPRESS) && maxTokens.isEmpty()) {
      throw invalid(
          "context_policy.strategy "
              + strategy.name().toLowerCase(Locale.ROOT)
              + " needs max_tokens");
    }
  }

  private static InvalidPlanException invalid(String message) {
    return InvalidPlanException.of(PlanError.Code.INVALID_INPUT, message);
  }
}
