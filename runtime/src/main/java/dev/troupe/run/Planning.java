package dev.troupe.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.troupe.plan.DependencyAnalysis;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Outline;
import dev.troupe.plan.Step;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import java.util.List;

/// What a run's plan is made of where it is not known when the run begins: kept with the run, so that
/// whoever goes on with the run goes on with its plan.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "planning")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Planning.Analysed.class, name = "analysed"),
  @JsonSubTypes.Type(value = Planning.Compiled.class, name = "compiled")
})
public sealed interface Planning {

  /// Models that are asked on the way.
  List<ModelRef> models();

  /// Steps that are to be done, as far as they are known.
  List<Step> steps();

  /// Steps of which it is to be found out what they wait for.
  ///
  /// @param analysis how
  record Analysed(Outline outline, List<Step> steps, Submission.Analysis analysis)
      implements Planning {

    private static final ModelRef USUAL_MODEL = new ModelRef.InRole("fast");

    public Analysed {
      steps = List.copyOf(steps);
    }

    /// That is asked.
    public ModelRef model() {
      return analysis.model().orElse(USUAL_MODEL);
    }

    @Override
    public List<ModelRef> models() {
      return asksModel() ? List.of(model()) : List.of();
    }

    boolean asksModel() {
      return DependencyAnalysis.asks(outline, analysis.strategy());
    }
  }

  /// A question that is answered from the results of plans, which a model writes.
  ///
  /// @param tools that plans may call
  /// @param examples questions with their plans for the planning model, or nothing
  /// @param maxReplans plans after the first
  record Compiled(
      String question,
      ModelRef planner,
      ModelRef joiner,
      List<ToolCatalog.Tool> tools,
      String examples,
      int maxReplans)
      implements Planning {
    public Compiled {
      tools = List.copyOf(tools);
    }

    @Override
    public List<ModelRef> models() {
      return List.of(planner, joiner);
    }

    @Override
    public List<Step> steps() {
      return List.of();
    }
  }
}
