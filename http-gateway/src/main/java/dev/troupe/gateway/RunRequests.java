package dev.troupe.gateway;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.CatalogCheck;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.PlanError;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.RunJson.Form;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.Tenant;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.IdempotencyMarks;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.RunProgram;
import dev.troupe.run.RunView;
import dev.troupe.run.StepView;
import dev.troupe.run.WebhookMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Makes of what clients send what runs understand.
final class RunRequests {

  private final RunJson json;
  private final ToolCatalog tools;
  private final ModelCatalogue models;
  private final AllowedHosts hosts;
  private final LongSupplier numbers;
  private final RunWorks works;
  private final AllowedPriorities priorities;

  /// @param tools that plans may name
  /// @param models that they may ask for
  /// @param hosts where somebody may be told of events
  /// @param numbers none of which is given twice, on any node: they name runs that have no name
  /// @param priorities how much runs may matter
  RunRequests(
      ToolCatalog tools,
      ModelCatalogue models,
      AllowedHosts hosts,
      LongSupplier numbers,
      AllowedPriorities priorities) {
    this.priorities = priorities;
    this.hosts = hosts;
    this.numbers = numbers;
    this.json = new RunJson(tools, PlanLimits.DEFAULT);
    this.tools = tools;
    this.models = models;
    this.works = new RunWorks(tools, models);
  }

  static RunRequests of(GatewayPorts ports, AllowedPriorities priorities) {
    return new RunRequests(
        ports.tools(),
        ports.models(),
        ports.hosts(),
        () -> ThreadLocalRandom.current().nextLong(Long.MAX_VALUE),
        priorities);
  }

  /// A run that a client wants.
  ///
  /// @param key with which it may be asked for again
  record Wanted(RunCommand.Submit submit, Optional<IdempotencyKey> key) {}

  /// What is asked for is understood, and not to be had here.
  static final class NotServedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotServedException(String what) {
      super(what + " is not served yet; leave it out");
    }
  }

  /// @param isYaml whether it is YAML rather than JSON
  /// @param key by which a client may ask for the same again
  /// @throws InvalidPlanException if it asks for no run that could be
  Wanted submission(byte[] body, boolean isYaml, Form form, Optional<IdempotencyKey> key) {
    var submission = isYaml ? json.readYaml(body, form) : json.read(body, form);
    submission.webhook().ifPresent(this::check);
    var metadata = new TreeMap<>(submission.metadata());
    checkOwn(metadata);
    submission
        .program()
        .ifPresent(program ->
            new RunProgram(program.id(), program.parent(), program.priority()).write(metadata));
    key.ifPresent(each -> each.write(metadata));
    var work = works.of(submission);
    var submit =
        RunCommand.Submit.open(id(submission.id(), key), policy(submission))
            .withOpen(work.planning().isPresent())
            .withPlan(work.plan())
            .withMemory(submission.memory())
            .withMetadata(metadata)
            .withCarried(work.carried())
            .withPlanning(work.planning())
            .withWebhook(submission.webhook());
    return new Wanted(submit, key);
  }

  /// What is written there by us is not read as said by a client.
  private static void checkOwn(Map<String, JsonNode> metadata) {
    for (var ours :
        Stream.concat(RunProgram.KEYS.stream(), IdempotencyMarks.KEYS.stream()).toList()) {
      if (metadata.containsKey(ours)) {
        throw invalid(
            "/metadata/" + ours,
            "`"
                + ours
                + "` is written to the metadata of runs by Troupe: choose another name, or say what is"
                + " meant by `program` or the header Idempotency-Key");
      }
    }
  }

  /// @throws InvalidPlanException if the tenant's programs may not matter as much as the run's is to
  void checkPriority(RunCommand.Submit submit, Tenant tenant) {
    Optional.ofNullable(submit.metadata().get(RunProgram.PRIORITY))
        .flatMap(said ->
            // What is no number is refused like one that is too large.
            priorities.refusal(tenant, said.isInt() ? said.intValue() : Integer.MAX_VALUE))
        .ifPresent(why -> {
          throw invalid("/program/priority", "a program's priority is " + why);
        });
  }

  private void check(Submission.Webhook webhook) {
    var refusal = hosts.refusal(webhook.url());
    if (refusal.isPresent()) {
      throw invalid("/webhook/url", refusal.get());
    }
    if (webhook.secret().filter(secret -> WebhookMessage.key(secret).isEmpty()).isPresent()) {
      throw invalid("/webhook/secret", "a secret is a text, or whsec_ and bytes in base64");
    }
    for (int at = 0; at < webhook.events().size(); at++) {
      if (!RunEvent.names().contains(webhook.events().get(at))) {
        throw invalid(
            "/webhook/events/" + at,
            "no event has this name; there are "
                + RunEvent.names().stream().sorted().collect(joining(", ")));
      }
    }
  }

  private static InvalidPlanException invalid(String place, String message) {
    return new InvalidPlanException(
        new PlanError(PlanError.Code.INVALID_INPUT, message, place, Optional.empty(), List.of()));
  }

  /// The name of a run: the client's own; else the same for the same key; else one that no other has.
  RunId id(Optional<String> asked, Optional<IdempotencyKey> key) {
    return new RunId(
        asked.orElseGet(
            () -> key.map(IdempotencyKey::run).orElseGet(() -> "run-" + numbers.getAsLong())));
  }

  /// A run that begins with the results of another.
  Wanted fork(RunCommand.Submit submit, Optional<IdempotencyKey> key) {
    var metadata = new TreeMap<>(submit.metadata());
    IdempotencyKey.clear(metadata);
    key.ifPresent(each -> each.write(metadata));
    return new Wanted(submit.withMetadata(metadata), key);
  }

  /// @throws InvalidPlanException if they are no steps that could be added
  RunCommand.AddSteps additions(byte[] body, RunView run) {
    var there = run.steps().stream().map(StepView::id).collect(toSet());
    var steps = json.additions(body, there::contains, there.size());
    return new RunCommand.AddSteps(CatalogCheck.checked(steps, tools, this::isThere));
  }

  static RunPolicy policy(Submission submission) {
    var asked = submission.parallelization();
    int most = submission.policy().maxParallelism();
    return submission
        .policy()
        .withMaxParallelism(
            asked.isEnabled() ? Math.min(most, asked.maxConcurrentTasks().orElse(most)) : 1);
  }

  private boolean isThere(ModelRef model) {
    return models.model(model).isPresent();
  }
}
