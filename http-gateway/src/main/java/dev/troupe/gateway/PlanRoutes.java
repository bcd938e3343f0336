package dev.troupe.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actor.Analyst;
import dev.troupe.gateway.RunRequests.NotServedException;
import dev.troupe.plan.CatalogCheck;
import dev.troupe.plan.DependencyAnalysis;
import dev.troupe.plan.DependencyAnalysis.Found;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanError;
import dev.troupe.plan.PlanGraph;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import dev.troupe.run.Analyses.Outcome;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.PlanEstimate;
import dev.troupe.run.PlanEstimate.Issue;
import dev.troupe.run.Planning;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/// `/v1/plans`: what a run would look like, take and cost. Nothing is run, and nothing kept: a plan that was
/// edited is sent again.
final class PlanRoutes {

  /// Of a plan that says its dependencies itself.
  private static final Outcome SAID =
      new Outcome(new Found(Map.of(), DependencyAnalysis.Strategy.EXPLICIT, List.of()), false);

  /// Of questions to models about plans that name no program.
  private static final String PROGRAM = "plans";

  private static final int MICRO_DIGITS = 6;
  private static final double MILLIS = 1_000;
  private static final double HUNDREDTH = 100;

  private final RunJson json;
  private final ToolCatalog tools;
  private final ModelCatalogue models;
  private final Analyst analyst;
  private final AllowedPriorities priorities;
  private final RunBodies bodies;

  PlanRoutes(GatewayPorts ports, AllowedPriorities priorities, BodyReader reader) {
    this.priorities = priorities;
    this.json = new RunJson(ports.tools(), PlanLimits.DEFAULT);
    this.tools = ports.tools();
    this.models = ports.models();
    this.analyst = ports.analyst();
    this.bodies = new RunBodies(reader);
  }

  CompletionStage<HttpResponse> handle(Request request) {
    if (!request.http().method().equals(HttpMethods.POST)) {
      return bodies.notAllowed(request);
    }
    var refusal = Parameters.refusal(request.http());
    if (refusal.isPresent()) {
      return bodies.refuse(request, refusal.get());
    }
    boolean isYaml = request.http().entity().getContentType().toString().contains("yaml");
    return bodies.read(
        request,
        body -> {
          var submission = isYaml ? json.readYaml(body, Form.NATIVE) : json.read(body, Form.NATIVE);
          return preview(submission, request.tenant())
              .thenApply(json -> Responses.json(200, json, request.trace()));
        });
  }

  private CompletionStage<ObjectNode> preview(Submission submission, Tenant tenant) {
    return switch (submission.work()) {
      case Submission.Planned(var plan, _) ->
          CompletableFuture.completedStage(preview(submission, tenant, plan, SAID));
      case Submission.Compiled compiled ->
          CompletableFuture.completedStage(
              preview(
                  submission,
                  tenant,
                  compiled
                      .plan()
                      .orElseThrow(() ->
                          new NotServedException("a preview of a plan that a model is to write")),
                  SAID));
      case Submission.Outlined(var outline, var steps) -> {
        RunWorks.check(outline, steps, submission.analysis());
        yield analyst
            .analyse(
                program(submission, tenant),
                new Planning.Analysed(outline, steps, submission.analysis()))
            .thenApply(outcome ->
                preview(submission, tenant, Plan.of(outcome.found().applied(steps)), outcome));
      }
    };
  }

  /// Whose call it is that asks a model.
  private static Program.Id program(Submission submission, Tenant tenant) {
    return new Program.Id(
        tenant, submission.program().flatMap(Submission.ProgramRef::id).orElse(PROGRAM));
  }

  private ObjectNode preview(Submission submission, Tenant tenant, Plan plan, Outcome outcome) {
    var estimate = PlanEstimate.of(plan, RunRequests.policy(submission), models);
    var answer = Responses.JSON.createObjectNode();
    answer.set("graph", PlanGraph.of(plan).json());
    var stages = answer.putArray("stages");
    estimate.preview().stages().forEach(stage -> add(stages.addArray(), stage));
    add(answer.putArray("critical_path"), estimate.preview().criticalPath());
    answer.set("estimated", estimated(estimate));
    answer.put("speedup", Math.round(estimate.speedup() * HUNDREDTH) / HUNDREDTH);
    answer.set("analysis", outcome.json());
    var issues = answer.putArray("issues");
    unknownTools(plan).forEach(issue -> issues.add(json(issue)));
    estimate.issues().forEach(issue -> issues.add(json(issue)));
    priority(submission, tenant).ifPresent(issue -> issues.add(json(issue)));
    return answer;
  }

  /// That the tenant's programs may not matter as much as the run's is to.
  private Optional<Issue> priority(Submission submission, Tenant tenant) {
    var said =
        submission.program().map(Submission.ProgramRef::priority).orElse(OptionalInt.empty());
    return said.isEmpty()
        ? Optional.empty()
        : priorities
            .refusal(tenant, said.getAsInt())
            .map(why ->
                new Issue(
                    PlanError.Code.INVALID_INPUT.word(),
                    "a program's priority is " + why,
                    Optional.empty()));
  }

  private static void add(ArrayNode array, List<StepId> ids) {
    ids.forEach(id -> array.add(id.value()));
  }

  private static ObjectNode estimated(PlanEstimate estimate) {
    var json = Responses.JSON.createObjectNode();
    json.put("seconds", seconds(estimate.expected()));
    json.put("sequential_seconds", seconds(estimate.preview().sequential()));
    json.put("shortest_seconds", seconds(estimate.preview().shortest()));
    json.put("prompt_tokens", estimate.amount().promptTokens());
    json.put("output_tokens", estimate.amount().outputTokens());
    json.put("tokens", estimate.amount().tokens());
    json.put("calls", estimate.amount().calls());
    json.putObject("cost")
        .put(
            "amount",
            BigDecimal.valueOf(estimate.amount().micros(), MICRO_DIGITS).stripTrailingZeros())
        .put("currency", estimate.currency());
    return json;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS;
  }

  private static ObjectNode json(Issue issue) {
    var json = Responses.JSON.createObjectNode();
    json.put("code", issue.code());
    json.put("message", issue.message());
    issue.step().ifPresent(step -> json.put("task", step.value()));
    return json;
  }

  /// Tools that a submission would be refused for. That models are there the estimate sees.
  private List<Issue> unknownTools(Plan plan) {
    var issues = new ArrayList<Issue>();
    for (Step step : plan.steps()) {
      try {
        CatalogCheck.checked(List.of(step), tools, _ -> true);
      } catch (InvalidPlanException unknown) {
        issues.add(
            new Issue(
                unknown.error().code().word(), unknown.error().message(), Optional.of(step.id())));
      }
    }
    return issues;
  }
}
