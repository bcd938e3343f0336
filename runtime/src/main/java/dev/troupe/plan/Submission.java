package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What a user asks to be run, whichever dialect it was written in.
///
/// @param id the user's own name for the run
/// @param work what is to be done: a plan, or what makes one
/// @param memory what the run's memory holds at its start
/// @param metadata whatever the user wants to find again
public record Submission(
    Optional<String> id,
    Optional<ProgramRef> program,
    Work work,
    RunPolicy policy,
    Parallelization parallelization,
    Analysis analysis,
    Optional<Webhook> webhook,
    Map<String, JsonNode> memory,
    Map<String, JsonNode> metadata) {

  /// What is to be done.
  public sealed interface Work {}

  /// Steps whose dependencies are known.
  ///
  /// @param joining what is to be answered from their results
  public record Planned(Plan plan, Optional<Joining> joining) implements Work {}

  /// Steps of which some do not say what they depend on: to be analysed first.
  public record Outlined(Outline outline, List<Step> steps) implements Work {}

  /// A question whose plan a model writes, in the manner of LLMCompiler.
  ///
  /// @param plan the first one, where it is there already
  /// @param planner the model that plans
  /// @param joiner the model that answers, or asks for another plan
  /// @param tools that plans may call; at least one where a model is to plan
  /// @param examples questions with their plans for the planning model, or nothing
  public record Compiled(
      Joining joining,
      Optional<Plan> plan,
      ModelRef planner,
      ModelRef joiner,
      List<ToolCatalog.Tool> tools,
      String examples)
      implements Work {
    public Compiled {
      tools = List.copyOf(tools);
    }
  }

  /// The program that the run's calls belong to.
  ///
  /// @param id none: the run is a program by itself
  /// @param priority how much it matters beside others: see [dev.troupe.program.ProgramPriority]
  public record ProgramRef(Optional<String> id, Optional<String> parent, OptionalInt priority) {}

  /// What becomes of the results at the end.
  ///
  /// @param query that the joining model answers
  /// @param maxReplans how often it may ask for another plan instead
  public record Joining(String query, int maxReplans) {}

  /// Whether steps run side by side at all.
  ///
  /// @param isEnabled if not, they run one after the other
  public record Parallelization(boolean isEnabled, OptionalInt maxConcurrentTasks) {
    public static final Parallelization DEFAULT = new Parallelization(true, OptionalInt.empty());
  }

  /// How dependencies that are not said are found.
  ///
  /// @param model that is asked, where one is
  public record Analysis(
      DependencyAnalysis.Strategy strategy,
      DependencyAnalysis.Strategy fallback,
      Optional<ModelRef> model) {
    public static final Analysis DEFAULT =
        new Analysis(
            DependencyAnalysis.Strategy.EXPLICIT,
            DependencyAnalysis.Strategy.HEURISTIC,
            Optional.empty());
  }

  /// Who is told of the run's events.
  ///
  /// @param secret with which messages are signed
  /// @param events names of those that are sent; all where empty
  public record Webhook(String url, Optional<String> secret, List<String> events) {
    public Webhook {
      events = List.copyOf(events);
    }

    @Override
    public String toString() {
      return "Webhook[" + url + "]";
    }
  }

  public Submission {
    memory = Map.copyOf(memory);
    metadata = Map.copyOf(metadata);
  }
}
