package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.program.Identifiers;
import dev.troupe.program.ProgramPriority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/// Reads what is sent to start a run, or to add to one: the native form, whose fields include the runtime
/// predecessor's, with any one of the dialects of plans in it.
public final class RunJson {

  /// What must be there.
  public enum Form {
    /// Steps; the rest has defaults.
    NATIVE,
    /// What the predecessor asked for: a policy with `max_parallelism` and an amount of money.
    PREDECESSOR
  }

  private static final Set<String> WORKS =
      Set.of("tasks", "plan", "workflow", "llmcompiler", "tool_calls");
  private static final ModelRef USUAL_MODEL = new ModelRef.InRole("balanced");

  private final ToolCatalog tools;
  private final PlanLimits limits;

  /// What is to be done, and the policy where nothing else is said.
  private record Found(Submission.Work work, RunPolicy usual) {
    static Found of(Submission.Work work) {
      return new Found(work, RunPolicy.DEFAULT);
    }
  }

  /// @param tools by whose schemas positional arguments find their names
  public RunJson(ToolCatalog tools, PlanLimits limits) {
    this.tools = tools;
    this.limits = limits;
  }

  /// Reads JSON.
  ///
  /// @throws InvalidPlanException if it asks for no run that could be
  public Submission read(byte[] json, Form form) {
    return read(PlanText.json(json), form);
  }

  /// Reads YAML: the same fields, or a workflow or DAG file by itself.
  ///
  /// @throws InvalidPlanException if it asks for no run that could be
  public Submission readYaml(byte[] yaml, Form form) {
    JsonNode sent = PlanText.yaml(yaml);
    boolean isDag = DagFile.isDag(sent) && sent.has("name");
    return isDag
        ? read(JsonNodeFactory.instance.objectNode().set("workflow", sent), form)
        : read(sent, form);
  }

  private Submission read(JsonNode sent, Form form) {
    Fields fields = new Fields(sent, "");
    Optional<String> id = identifier(fields, "id");
    Optional<Submission.ProgramRef> program = fields.object("program").map(RunJson::program);
    Submission.Parallelization parallelization =
        fields
            .object("parallelization")
            .map(RunJson::parallelization)
            .orElse(Submission.Parallelization.DEFAULT);
    Submission.Analysis analysis =
        fields.object("analysis").map(RunJson::analysis).orElse(Submission.Analysis.DEFAULT);
    Optional<Submission.Webhook> webhook = fields.object("webhook").map(RunJson::webhook);
    Map<String, JsonNode> memory = StepJson.members(fields, "memory");
    Map<String, JsonNode> metadata = StepJson.members(fields, "metadata");
    Optional<Fields> policy = fields.object("policy");
    if (form == Form.PREDECESSOR) {
      checkRequired(fields, policy);
    }
    Found found = work(fields);
    RunPolicy asked = PolicyJson.run(policy, found.usual());
    fields.done();
    return new Submission(
        id, program, found.work(), asked, parallelization, analysis, webhook, memory, metadata);
  }

  /// As [#additions(byte[], Predicate, int)], to this plan.
  public List<Step> additions(byte[] json, Plan plan) {
    return additions(json, plan::contains, plan.size());
  }

  /// The steps of `{"tasks": [...]}`, to be added to a plan that is there.
  ///
  /// @param isThere whether the plan has a step
  /// @param present how many it has
  /// @throws InvalidPlanException if they are none; whether they fit the plan is seen there
  public List<Step> additions(byte[] json, Predicate<StepId> isThere, int present) {
    Fields fields = new Fields(PlanText.json(json), "");
    List<JsonNode> sent = fields.list("tasks", (value, _) -> value);
    fields.done();
    if (sent.isEmpty()) {
      throw Fields.invalid("at least one task is required").at(fields.place("tasks"));
    }
    Scope.checkCount(present + (long) sent.size(), limits);
    return StepJson.additions(sent, fields.place("tasks"), id -> isThere.test(new StepId(id)));
  }

  private static void checkRequired(Fields fields, Optional<Fields> policy) {
    if (policy.isEmpty() || !policy.get().has("max_parallelism")) {
      throw Fields.invalid("policy.max_parallelism must be > 0").at(fields.place("policy"));
    }
    Optional<Fields> budget = policy.get().object("budget_limit");
    if (budget.isEmpty() || !budget.get().has("amount")) {
      throw Fields.invalid("policy.budget_limit.amount must be > 0").at(fields.place("policy"));
    }
  }

  private Found work(Fields fields) {
    List<String> given = WORKS.stream().filter(fields::has).sorted().toList();
    if (given.isEmpty()) {
      throw fields
          .misspelt(WORKS)
          .orElseGet(
              () -> Fields.invalid("at least one task is required").at(fields.place("tasks")));
    }
    if (given.size() > 1) {
      throw Fields.invalid("a run has one of " + String.join(", ", given) + ", not several")
          .at(fields.place(given.get(1)));
    }
    Optional<ModelRef> model =
        given.getFirst().equals("plan") && fields.has("model")
            ? Optional.of(StepJson.model(fields))
            : Optional.empty();
    return switch (given.getFirst()) {
      case "tasks" -> Found.of(planned(tasks(fields.list("tasks", (value, _) -> value), "/tasks")));
      case "plan" -> found(plan(fields, model.orElse(USUAL_MODEL)));
      case "workflow" -> workflow(fields.needed("workflow"));
      case "tool_calls" ->
          Found.of(
              planned(
                  ToolCalls.read(
                      fields.list("tool_calls", (value, _) -> value), "/tool_calls", tools)));
      default -> compiled(fields);
    };
  }

  /// Where results are joined to an answer, what fails is known to whoever answers.
  private static Found found(Submission.Work work) {
    boolean isJoined =
        work instanceof Submission.Compiled
            || (work instanceof Submission.Planned planned && planned.joining().isPresent());
    return isJoined
        ? new Found(
            work, RunPolicy.DEFAULT.withFailureMode(RunPolicy.FailureMode.PARTIAL_COMPLETION))
        : Found.of(work);
  }

  private Submission.Planned planned(List<Step> steps) {
    return new Submission.Planned(Plan.of(steps, limits), Optional.empty());
  }

  private List<Step> tasks(List<JsonNode> sent, String place) {
    Scope.checkCount(sent.size(), limits);
    boolean isToolPlan = !sent.isEmpty() && sent.getFirst().has("tool_name");
    return isToolPlan ? TaskPlanJson.tasks(sent, place) : StepJson.steps(sent, place);
  }

  private Submission.Work plan(Fields fields, ModelRef model) {
    JsonNode sent = fields.needed("plan");
    if (UdfPlanJson.isOutline(sent)) {
      return UdfPlanJson.read(sent, "/plan", model, maxTokens(fields));
    }
    if (sent.isTextual() || sent.has("nodes")) {
      return TaskPlanJson.planned(sent.isTextual() ? sent.textValue() : sent.toString());
    }
    if (sent.isArray()) {
      return planned(tasks(elements(sent), "/plan"));
    }
    Fields plan = new Fields(sent, "/plan");
    String key = plan.firstOf("tasks", "steps").orElse("steps");
    List<JsonNode> steps = plan.list(key, (value, _) -> value);
    plan.done();
    return planned(tasks(steps, plan.place(key)));
  }

  private static OptionalInt maxTokens(Fields fields) {
    OptionalInt maxTokens = fields.smallNumber("max_tokens");
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw Fields.invalid("max_tokens must be more than 0").at(fields.place("max_tokens"));
    }
    return maxTokens;
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  private Found workflow(JsonNode sent) {
    if (DagFile.isDag(sent)) {
      return Found.of(planned(DagFile.read(sent, "/workflow")));
    }
    Map.Entry<List<Step>, RunPolicy> read = Workflow.read(sent, "/workflow");
    return new Found(planned(read.getKey()), read.getValue());
  }

  /// A plan that was written whole, or a question with or without its first plan.
  private Found compiled(Fields fields) {
    JsonNode sent = fields.needed("llmcompiler");
    if (sent.isTextual()) {
      return Found.of(planned(compiled(sent.textValue(), "/llmcompiler")));
    }
    Fields object = new Fields(sent, "/llmcompiler");
    Optional<List<Step>> steps =
        object.text("text").map(text -> compiled(text, object.place("text")));
    Optional<Plan> plan =
        steps.map(each ->
            Plan.of(
                each.stream().filter(step -> !(step.kind() instanceof StepKind.Join)).toList(),
                limits));
    Optional<Submission.Compiled> work = CompiledJson.read(object, plan, tools, USUAL_MODEL);
    return work.isPresent() ? found(work.get()) : Found.of(planned(steps.orElse(List.of())));
  }

  private List<Step> compiled(String text, String place) {
    try {
      return LlmCompilerText.read(text, tools);
    } catch (InvalidPlanException invalid) {
      PlanError error = invalid.error();
      throw new InvalidPlanException(
          new PlanError(
              error.code(),
              error.message(),
              place + (error.place().isEmpty() ? "" : " " + error.place()),
              error.step(),
              error.path()));
    }
  }

  private static Optional<String> identifier(Fields fields, String key) {
    Optional<String> id = fields.text(key).filter(each -> !each.isEmpty());
    if (id.isPresent() && !Identifiers.isValid(id.get())) {
      throw Fields.invalid(
              "an id has 1 to " + Identifiers.MAX_LENGTH + " characters, none of control")
          .at(fields.place(key));
    }
    return id;
  }

  private static Submission.ProgramRef program(Fields fields) {
    Optional<String> id = identifier(fields, "id");
    Optional<String> parent = identifier(fields, "parent");
    OptionalInt priority = fields.smallNumber("priority");
    fields.done();
    if (!ProgramPriority.isValid(priority.orElse(ProgramPriority.DEFAULT))) {
      throw Fields.invalid(ProgramPriority.RULE).at(fields.place("priority"));
    }
    return new Submission.ProgramRef(id, parent, priority);
  }

  private static Submission.Parallelization parallelization(Fields fields) {
    boolean isEnabled = fields.flag("enabled").orElse(true);
    OptionalInt most = fields.smallNumber("max_concurrent_tasks");
    fields.done();
    if (most.isPresent() && most.getAsInt() < 1) {
      throw Fields.invalid("max_concurrent_tasks must be more than 0")
          .at(fields.place("max_concurrent_tasks"));
    }
    return new Submission.Parallelization(isEnabled, most);
  }

  private static Submission.Analysis analysis(Fields fields) {
    Optional<DependencyAnalysis.Strategy> strategy =
        fields.word("strategy", DependencyAnalysis.Strategy.class);
    Optional<DependencyAnalysis.Strategy> fallback =
        fields.word("fallback", DependencyAnalysis.Strategy.class);
    Optional<ModelRef> model =
        fields.has("model") || fields.has("role")
            ? Optional.of(StepJson.model(fields))
            : Optional.empty();
    fields.done();
    return new Submission.Analysis(
        strategy.orElse(Submission.Analysis.DEFAULT.strategy()),
        fallback.orElse(Submission.Analysis.DEFAULT.fallback()),
        model);
  }

  private static Submission.Webhook webhook(Fields fields) {
    String url = fields.neededText("url");
    Optional<String> secret = fields.text("secret");
    List<String> events = fields.texts("events");
    fields.done();
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw Fields.invalid("a webhook's url begins with http:// or https://")
          .at(fields.place("url"));
    }
    return new Submission.Webhook(url, secret, events);
  }
}
