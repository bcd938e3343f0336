package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.actor.RunJournal.Head;
import dev.troupe.actor.RunJournal.Key;
import dev.troupe.actor.RunJournal.Selection;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.program.Tenant;
import dev.troupe.run.RunId;
import dev.troupe.run.RunState;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunQueryTest {

  @Test
  void takesAllRunsWhereNothingIsSaid() {
    var query = query("");

    assertThat(query.selection()).isEqualTo(Selection.ALL);
    assertThat(query.limit()).isEqualTo(100);
    assertThat(query.takes(head(Map.of()))).isTrue();
  }

  @Test
  void readsStatesAndTimes() {
    var query =
        query(
            "state=failed,aborted&created_after=1970-01-01T00:00:01Z&created_before=2000&limit=7");

    assertThat(query.selection().states())
        .containsExactlyInAnyOrder(RunState.FAILED, RunState.ABORTED);
    assertThat(query.selection().fromMillis()).isEqualTo(1_001);
    assertThat(query.selection().untilMillis()).isEqualTo(2_000);
    assertThat(query.limit()).isEqualTo(7);
  }

  @Test
  void takesRunsByTheProgramThatTheirCallsBelongTo() {
    assertThat(query("program=r%20+1").takes(head(Map.of()))).isTrue();
    assertThat(query("program=p").takes(head(Map.of()))).isFalse();
    assertThat(query("program=p").takes(head(Map.of("program", TextNode.valueOf("p"))))).isTrue();
  }

  @Test
  void takesRunsByWhatTheirMetadataSay() {
    var head = head(Map.of("team", TextNode.valueOf("red")));

    assertThat(query("metadata.team=red").takes(head)).isTrue();
    assertThat(query("metadata.team=blue").takes(head)).isFalse();
    assertThat(query("metadata.team=red&metadata.more=1").takes(head)).isFalse();
  }

  @Test
  void goesOnAfterTheRunThatACursorStandsFor() {
    var after = query("cursor=" + RunQuery.cursor(head(Map.of()))).selection().after();

    assertThat(after.orElseThrow().createdMillis()).isEqualTo(5);
    assertThat(after.orElseThrow().run().value()).isEqualTo("r  1");
  }

  @ParameterizedTest
  @CsvSource({
    "state=gone, state",
    "state=pending, state",
    "state=, state",
    "created_after=yesterday, created_after",
    "created_before=9999999999999999999, created_before",
    "limit=0, limit",
    "limit=1001, limit",
    "cursor=!, cursor",
    "cursor=eDp5, cursor",
    "limit=1&limit=2, limit",
    "stat=running, stat"
  })
  void namesTheParameterAtFault(String parameters, String atFault) {
    assertThatThrownBy(() -> query(parameters))
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            refused -> assertThat(refused.error().place()).isEqualTo(atFault));
  }

  private static RunQuery query(String parameters) {
    return RunQuery.of(Parameters.of(HttpRequest.GET("http://h/v1/runs?" + parameters)));
  }

  private static Head head(Map<String, JsonNode> metadata) {
    return new Head(
        new Key(new Tenant("t"), new RunId("r  1")), RunState.RUNNING, false, 5, 6, metadata);
  }
}
