package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.DependencyAnalysis;
import dev.troupe.plan.DependencyAnalysis.Found;
import dev.troupe.plan.DependencyAnalysis.Strategy;
import dev.troupe.plan.LlmAnalysis;
import dev.troupe.plan.ModelRef;
import dev.troupe.program.Tenant;
import java.util.Locale;
import java.util.Optional;

/// What becomes of the question what the steps of a plan wait for: whether a model is asked at all, what its
/// answer means, and what is taken where it has none. Answers that were of use are remembered.
public final class Analyses {

  /// Of an answer: some prose, and some tokens for each item.
  private static final int PROSE_TOKENS = 1_024;

  private static final int ITEM_TOKENS = 16;

  private final Answers answers;
  private final String tenant;

  public Analyses(Answers answers) {
    this(answers, "");
  }

  private Analyses(Answers answers, String tenant) {
    this.answers = answers;
    this.tenant = tenant;
  }

  /// The same for the plans of one tenant, which knows nothing of what others asked.
  public Analyses of(Tenant whose) {
    return new Analyses(answers, whose.name());
  }

  /// What there is to know of how dependencies were found.
  ///
  /// @param isRemembered whether an earlier answer was taken
  public record Outcome(Found found, boolean isRemembered) {

    /// `{strategy_used, reason, reasons, is_remembered}`.
    public ObjectNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("strategy_used", found.used().name().toLowerCase(Locale.ROOT));
      json.put("reason", String.join("; ", found.reasons()));
      found.reasons().forEach(json.putArray("reasons")::add);
      json.put("is_remembered", isRemembered);
      return json;
    }
  }

  /// The most tokens that an answer takes.
  public static int answerTokens(Planning.Analysed planning) {
    return PROSE_TOKENS + ITEM_TOKENS * planning.outline().items().size();
  }

  /// What is known without asking a model now.
  ///
  /// @param model that would be asked
  public Optional<Outcome> known(Planning.Analysed planning, ModelRef model) {
    if (!planning.asksModel()) {
      Strategy strategy = planning.analysis().strategy();
      return Optional.of(new Outcome(DependencyAnalysis.of(planning.outline(), strategy), false));
    }
    return answers
        .find(key(planning, model))
        .map(answer -> new Outcome(read(planning, answer), true));
  }

  /// What the model's answer comes to.
  public Outcome answered(Planning.Analysed planning, ModelRef model, String answer) {
    Found found = read(planning, answer);
    if (found.used() == Strategy.LLM_BASED) {
      answers.keep(key(planning, model), answer);
    }
    return new Outcome(found, false);
  }

  /// What is taken where there is no answer.
  public Outcome unanswered(Planning.Analysed planning, String why) {
    return new Outcome(
        DependencyAnalysis.unanswered(planning.outline(), why, planning.analysis().fallback()),
        false);
  }

  private static Found read(Planning.Analysed planning, String answer) {
    return DependencyAnalysis.answered(planning.outline(), answer, planning.analysis().fallback());
  }

  private String key(Planning.Analysed planning, ModelRef model) {
    return tenant + "\n" + LlmAnalysis.cacheKey(planning.outline(), model);
  }
}
