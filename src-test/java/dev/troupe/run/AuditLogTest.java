package dev.troupe.run;

import static dev.troupe.run.Steps.array;
import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.map;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.prompt;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AuditLogTest {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static List<AuditLog.Line> lines(VirtualRun run) {
    AuditLog log = new AuditLog();
    return run.events().stream().flatMap(each -> log.of(each).stream()).toList();
  }

  private static List<String> names(VirtualRun run) {
    return lines(run).stream()
        .map(line -> line.name() + line.task().map(id -> " " + id).orElse(""))
        .toList();
  }

  @Test
  @Tag("RT-19")
  void namesAreThoseOfThePredecessor() {
    VirtualRun run =
        VirtualRun.of(failFast().withMode(RunPolicy.Mode.BATCHED), step("a"), step("b", "a"));
    run.finish("a").fail("b");

    assertThat(names(run))
        .containsExactly(
            "run_started",
            "batch_started",
            "budget_precheck_ok a",
            "task_started a",
            "task_completed a",
            "budget_record_ok a",
            "batch_completed",
            "batch_started",
            "budget_precheck_ok b",
            "task_started b",
            "task_failed b",
            "budget_record_ok b",
            "batch_completed",
            "run_stopping",
            "run_failed");
  }

  private static Step[] diamonds(int width) {
    List<Step> steps = new ArrayList<>();
    List<String> middle = new ArrayList<>();
    steps.add(step("start"));
    for (int i = 0; i < width; i++) {
      steps.add(step("m" + i, "start"));
      middle.add("m" + i);
    }
    steps.add(step("end", middle.toArray(String[]::new)));
    return steps.toArray(Step[]::new);
  }

  @Test
  @Tag("RT-3")
  @Tag("RT-24")
  void withBarriersTheLogIsTheSameWhicheverStepEndsFirst() {
    Set<List<String>> logs = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      VirtualRun run =
          VirtualRun.of(
              partial().withMode(RunPolicy.Mode.BATCHED).withMaxParallelism(4), diamonds(12));
      while (!run.state().isTerminal()) {
        List<String> running = new ArrayList<>(run.running());
        Collections.shuffle(running, random);
        String first = running.getFirst();
        if (first.equals("m5")) {
          run.fail(first);
        } else {
          run.finish(first);
        }
      }
      logs.add(names(run));
    }

    assertThat(logs).hasSize(1);
  }

  @Test
  @Tag("RT-19")
  void theRunIsRebuiltFromTheLinesAsJson() throws JsonProcessingException {
    VirtualRun run =
        VirtualRun.of(
            partial().withMode(RunPolicy.Mode.BATCHED),
            prompt("a", "x"),
            with(step("b"), each -> each.withRetry(Retry.TURBO)),
            map("each", array("x", "y"), OptionalInt.of(1), step("f")),
            step("end", "a", "b", "each"));
    run.fail("b", StepError.passing(StepError.Code.RATE_LIMITED, "wait").withRetryAfter(100));
    run.accepted(new RunCommand.Remember("k", java.util.Optional.of(text("v"))));
    run.accepted(new RunCommand.Signal("s", text("v")));
    run.finish("a", text("A"), Consumption.ofTokens(5, 1, 2)).fail("each[0].f");
    run.accepted(new RunCommand.Pause());
    run.advanceTo(1_000).finish("each[1].f");
    run.accepted(new RunCommand.Resume());
    run.finish("b");

    List<AuditLog.Line> read = new ArrayList<>();
    for (AuditLog.Line line : lines(run)) {
      read.add(JSON.readValue(JSON.writeValueAsString(line), AuditLog.Line.class));
    }

    assertThat(read.getLast().name()).isEqualTo("task_started");
    assertThat(RunView.of(AuditLog.replay(read), run.now())).isEqualTo(run.view());
    run.finish("end");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("RT-17")
  void aStartIsAnEventAtTheMomentOfTheStart() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b", "a"));
    run.advanceTo(70).finish("a");

    Recorded started = run.events().getLast();

    assertThat(started.event()).isInstanceOf(RunEvent.StepStarted.class);
    assertThat(started.atMillis()).isEqualTo(70);
    assertThat(run.step("b").state()).isEqualTo(StepState.RUNNING);
  }
}
