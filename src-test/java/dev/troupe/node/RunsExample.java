package dev.troupe.node;

import static dev.troupe.plan.StepDraft.computed;
import static dev.troupe.plan.StepDraft.function;
import static dev.troupe.plan.StepDraft.join;
import static dev.troupe.plan.StepDraft.llm;
import static dev.troupe.plan.StepDraft.map;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.Membership;
import dev.troupe.cluster.RunRequest;
import dev.troupe.cluster.Troupe;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanBuilder;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepKind.Join.How;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// An application that joins a cluster and has it execute a plan: two functions of its own, a model call for
/// each city, all joined. `docs/jvm-api.md` explains it.
final class RunsExample {

  /// What the function `weather` is asked for.
  record Place(String city, boolean inFahrenheit) {}

  /// What it answers.
  record Weather(String city, double degrees) {}

  private RunsExample() {}

  /// @param args the address of a node, such as `127.0.0.1:7355`, and the model
  public static void main(String[] args) {
    var config =
        ClusterSettings.clientConfig(
            ConfigFactory.parseString("troupe.cluster.seeds = [\"" + args[0] + "\"]"));
    var system = ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, config);
    Membership.join(system, ClusterSettings.of(config))
        .thenCompose(_ -> guide(system, args[1]))
        .thenAccept(System.out::println)
        .whenComplete((_, _) -> system.terminate())
        .toCompletableFuture()
        .join();
  }

  static Plan plan(String model) {
    return PlanBuilder.plan()
        .step("cities", function("cities").with("count", 3))
        .step(
            "each",
            map(
                    "$cities",
                    city ->
                        city.step(
                                "weather",
                                function("weather")
                                    .with("city", "$item")
                                    .with("inFahrenheit", computed("$index > 1")),
                                policy ->
                                    policy
                                        .withTimeout(Duration.ofSeconds(5))
                                        .withRetry(Retry.TURBO))
                            .step(
                                "line",
                                llm(model, "One line: ${weather.city}, ${weather.degrees} degrees.")
                                    .maxTokens(10)))
                .maxParallel(2))
        .step("title", llm(model, "A title for a guide to cities.").maxTokens(5))
        .step("guide", join(How.TEXT), "title", "each")
        .build();
  }

  /// Has a guide to some cities written.
  static CompletionStage<String> guide(ActorSystem<?> system, String model) {
    var troupe = Troupe.get(system);
    var cities =
        troupe.functions().register("cities", JsonNode.class, _ -> List.of("Oslo", "Rome", "Lima"));
    var weather =
        troupe
            .functions()
            .register(
                "weather",
                Place.class,
                place -> new Weather(place.city(), place.inFahrenheit() ? 64.4 : 18));
    return troupe
        .runs()
        .submit(RunRequest.of(plan(model)).within(RunPolicy.DEFAULT.withMaxParallelism(4)))
        .thenCompose(run -> run.result("guide"))
        .thenApply(guide -> guide.orElseThrow().asText())
        .whenComplete((_, _) -> {
          cities.close();
          weather.close();
        });
  }
}
