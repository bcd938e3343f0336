package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `docs/run-events.md` against the events there are, and the names that predecessors gave theirs.
class RunEventsDocumentTest {

  private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");

  /// Those of the task engine that are events of steps or of what they cost.
  private static final List<String> OF_THE_TASK_ENGINE =
      List.of(
          "node_created",
          "ready",
          "dispatched",
          "running",
          "retrying",
          "completed",
          "failed",
          "cancelled",
          "budget_consumed",
          "budget_blocked",
          "budget_warning",
          "graph_full",
          "graph_resumed");

  private static final List<String> OF_THE_DAG_RUNTIME =
      List.of(
          "plan_generation_started",
          "dag_execution_started",
          "dag_execution_success",
          "dag_execution_failure",
          "task_execution_started",
          "task_execution_success",
          "task_execution_failure",
          "task_execution_retry",
          "task_execution_canceled");

  private static final List<String> OF_THE_AUDIT =
      List.of(
          "run_started",
          "batch_started",
          "task_started",
          "task_completed",
          "task_failed",
          "batch_completed",
          "budget_precheck_ok",
          "budget_precheck_failed",
          "budget_record_ok",
          "budget_record_failed",
          "run_completed",
          "run_failed",
          "run_aborted");

  @Test
  @Tag("TR-15")
  @Tag("DS-17")
  void everyEventIsInTheTableOnce() throws IOException {
    var annotated = Objects.requireNonNull(RunEvent.class.getAnnotation(JsonSubTypes.class));

    assertThat(column(1))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(annotated.value()).map(JsonSubTypes.Type::name).toList());
  }

  @Test
  @Tag("RT-19")
  @Tag("TR-3")
  @Tag("TR-15")
  @Tag("DS-17")
  void whatPredecessorsToldIsFoundByItsName() throws IOException {
    assertThat(column(3)).containsAll(OF_THE_AUDIT);
    assertThat(column(4)).containsAll(OF_THE_TASK_ENGINE);
    assertThat(column(5)).containsAll(OF_THE_DAG_RUNTIME);
  }

  /// The names in a column of the table.
  private static List<String> column(int number) throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "run-events.md")).stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|", -1)[number])
        .flatMap(RunEventsDocumentTest::names)
        .toList();
  }

  private static Stream<String> names(String cell) {
    return NAME.matcher(cell).results().map(found -> found.group(1));
  }
}
