package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What holds of runs of every kind of step, one inside the other.
class KindsPropertyTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final RunJson READER =
      new RunJson(
          ToolCatalog.of(
              List.of(
                  new ToolCatalog.Tool(
                      "f",
                      "does it",
                      JSON.objectNode().put("type", "object"),
                      true,
                      Repeat.IDEMPOTENT))),
          PlanLimits.DEFAULT);

  private final List<Recorded> events = new ArrayList<>();
  private final Map<StepId, RunAction.StartStep> open = new HashMap<>();
  private final List<StepId> asked = new ArrayList<>();

  private static ArrayNode tasks(Random random, int count, int depth) {
    ArrayNode tasks = JSON.arrayNode();
    for (int i = 0; i < count; i++) {
      ObjectNode task = tasks.addObject().put("id", "t" + depth + "_" + i);
      ArrayNode before = task.putArray("deps");
      for (int k = 0; k < i; k++) {
        if (random.nextInt(3) == 0) {
          before.add("t" + depth + "_" + k);
        }
      }
      task.put("optional", random.nextInt(4) == 0);
      task.putObject("retry")
          .put("max_retries", random.nextInt(2))
          .put("base_ms", 20)
          .put("max_ms", 50);
      kind(random, task, depth, i);
    }
    return tasks;
  }

  private static void kind(Random random, ObjectNode task, int depth, int i) {
    switch (depth >= 3 ? random.nextInt(4) : random.nextInt(9)) {
      case 0, 1 -> task.put("kind", "function").put("name", "f");
      case 2 -> task.put("kind", "wait").put("duration_ms", 1 + random.nextInt(300));
      case 3 -> {
        if (i > 0) {
          task.put("kind", "join");
          if (task.withArray("deps").isEmpty()) {
            task.withArray("deps").add("t" + depth + "_0");
          }
        } else {
          task.put("kind", "function").put("name", "f");
        }
      }
      case 4 -> task.put("kind", "approval").put("question", "go?").put("timeout_ms", 500);
      case 5, 6 -> {
        task.put("kind", "map");
        ArrayNode items = task.putArray("items");
        for (int k = random.nextInt(4); k > 0; k--) {
          items.add(k);
        }
        if (random.nextBoolean()) {
          task.put("max_parallel", 1 + random.nextInt(2));
        }
        task.set("steps", tasks(random, 1 + random.nextInt(3), depth + 1));
      }
      case 7 -> {
        task.put("kind", "condition").put("if", random.nextBoolean() ? "1 > 0" : "0 > 1");
        task.set("then", tasks(random, 1 + random.nextInt(2), depth + 1));
      }
      default -> {
        task.put("kind", "loop").put("until", "$iteration >= 1").put("max_iterations", 3);
        task.set("steps", tasks(random, 1 + random.nextInt(2), depth + 1));
      }
    }
  }

  @Property(tries = 400)
  void everyRunEnds(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int size,
      @ForAll @IntRange(min = 1, max = 5) int parallel,
      @ForAll @IntRange(min = 0, max = 3) int mode,
      @ForAll boolean isBatched) {
    events.clear();
    open.clear();
    asked.clear();
    Random random = new Random(seed);
    ObjectNode sent = JSON.objectNode();
    sent.set("tasks", tasks(random, size, 0));
    Submission submission =
        READER.read(sent.toString().getBytes(StandardCharsets.UTF_8), RunJson.Form.NATIVE);
    Submission.Planned planned = (Submission.Planned) submission.work();
    RunPolicy policy =
        RunPolicy.DEFAULT
            .withFailureMode(RunPolicy.FailureMode.values()[mode])
            .withMaxParallelism(parallel);
    Run run = new Run();
    RunDecisions decisions = new RunDecisions(Prices.NONE);
    long now = 0;
    take(
        decisions.decide(
            run,
            RunCommand.Submit.of(
                VirtualRun.ID,
                planned.plan(),
                isBatched ? policy.withMode(RunPolicy.Mode.BATCHED) : policy),
            0,
            random));

    for (int turn = 0; !run.state().isTerminal(); turn++) {
      assertThat(turn).as("turns of %s", sent).isLessThan(5_000);
      now += random.nextInt(100);
      take(decisions.decide(run, command(run, random), now, random));
    }

    RunView view = RunView.of(run, now);
    assertThat(view.steps()).allMatch(each -> each.state().isEnded());
    assertThat(CallsAhead.of(run)).hasValue(0);
    assertThat(view.reserved()).isEqualTo(Expense.NONE);
    assertThat(view.spent().micros())
        .isEqualTo(view.steps().stream().mapToLong(StepView::micros).sum());
    Run replayed = new Run();
    events.forEach(replayed::apply);
    assertThat(RunView.of(replayed, now)).isEqualTo(view);
    if (run.error().isEmpty()) {
      assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    } else {
      assertThat(run.error().get().code()).as("%s", sent).isEqualTo(RunError.Code.TASK_FAILED);
    }
  }

  private RunCommand command(Run run, Random random) {
    List<StepId> running = open.keySet().stream().sorted().toList();
    int dice = random.nextInt(20);
    if (dice == 0) {
      return new RunCommand.Recover(Set.copyOf(running));
    }
    if (dice == 1) {
      List<StepView> all = RunView.of(run, 0).steps();
      return new RunCommand.RetryStep(all.get(random.nextInt(all.size())).id());
    }
    if (dice == 2) {
      List<StepView> all = RunView.of(run, 0).steps();
      return new RunCommand.SkipStep(all.get(random.nextInt(all.size())).id());
    }
    if (dice < 6 && !asked.isEmpty()) {
      return new RunCommand.Approve(asked.removeFirst(), random.nextInt(4) > 0, "ada", "");
    }
    if (dice < 8 || running.isEmpty()) {
      return new RunCommand.Tick();
    }
    StepId step = running.get(random.nextInt(running.size()));
    int attempt =
        Optional.ofNullable(open.remove(step)).map(RunAction.StartStep::attempt).orElse(0);
    Consumption used = new Consumption(1, 0, 1, 1, random.nextInt(1_000));
    JsonNode result = JSON.numberNode(dice);
    return new RunCommand.StepOutcome(
        step,
        attempt,
        dice < 17
            ? new RunCommand.Finished(result, used)
            : new RunCommand.Failed(
                dice == 17
                    ? StepError.lasting(StepError.Code.EXECUTION_FAILED, "it broke")
                    : StepError.passing(StepError.Code.UNAVAILABLE, "overloaded"),
                used));
  }

  private void take(Outcome outcome) {
    events.addAll(outcome.events());
    for (RunAction action : outcome.actions()) {
      switch (action) {
        case RunAction.StartStep start ->
            assertThat(open.put(start.step(), start)).as("started twice at a time").isNull();
        case RunAction.CancelStep cancel -> open.remove(cancel.step());
        case RunAction.AskApproval ask -> asked.add(ask.step());
        case RunAction.WakeAt _, RunAction.Conclude _ -> {}
      }
    }
  }
}
