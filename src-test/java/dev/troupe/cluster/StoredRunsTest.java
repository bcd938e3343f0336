package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.actor.RunJournal.Head;
import dev.troupe.actor.RunJournal.Key;
import dev.troupe.actor.RunJournal.Selection;
import dev.troupe.program.Tenant;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept of runs, over a file of H2.
class StoredRunsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static ActorTestKit kit;
  private static StoredRuns runs;

  @BeforeAll
  static void start() {
    kit = TestNodes.create("");
    runs = StoredRuns.start(kit.system(), StorageSamples.file(folder), Duration.ofDays(1));
    // The first question, before there is a table, as that of the runs' keeper is.
    assertThat(now(runs.open(Optional.empty(), 10))).isEmpty();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static Key key(String tenant, String run) {
    return new Key(new Tenant(tenant), new RunId(run));
  }

  private static Head head(Key key, RunState state, boolean isOver, long created) {
    return new Head(
        key, state, isOver, created, created + 1, Map.of("team", TextNode.valueOf("größe")));
  }

  private static Recorded event(long number) {
    return new Recorded(number, 5, new RunEvent.Signalled("n", TextNode.valueOf("x" + number)));
  }

  private static CompletionStage<Done> append(Key key, Recorded... events) {
    return runs.append(head(key, RunState.RUNNING, false, 1), List.of(events));
  }

  @Test
  void aQuestionToANewFolderLeavesNoFileOfTheDatabasesOwnBesideOurs() throws Exception {
    try (var files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".trace.db"));
    }
  }

  @Test
  void whatIsAppendedIsReadInOrderFromAnyNumberOn() {
    var key = key("read", "r");
    now(append(key, event(1), event(2)));
    now(append(key, event(3)));

    assertThat(now(runs.read(key, 1, 10))).containsExactly(event(1), event(2), event(3));
    assertThat(now(runs.read(key, 2, 1))).containsExactly(event(2));
    assertThat(now(runs.read(key, 4, 10))).isEmpty();
    assertThat(now(runs.read(key("other", "r"), 1, 10))).isEmpty();
  }

  @Test
  void whoAppendsWhatAnotherHasAppendedIsToldAndNobodyElse() {
    var key = key("conflict", "r");
    now(append(key, event(1)));

    var lost = append(key, event(1));
    var kept = append(key("conflict", "other"), event(1));

    assertThat(now(kept)).isEqualTo(Done.getInstance());
    assertThat(lost.toCompletableFuture()).failsWithin(LIMIT);
    assertThat(now(runs.read(key("conflict", "other"), 1, 10))).hasSize(1);
  }

  @Test
  void runsAreListedByTheirHeadsAndThoseThatGoOnAreFound() {
    var first = head(key("list", "first"), RunState.RUNNING, false, 100);
    var second = head(key("list", "second"), RunState.COMPLETED, true, 200);
    now(runs.append(first, List.of(event(1))));
    now(runs.append(second, List.of(event(1))));

    assertThat(now(runs.head(first.key()))).contains(first);
    assertThat(now(runs.list(new Tenant("list"), Selection.ALL, 10)))
        .containsExactly(second, first);
    assertThat(now(runs.open(Optional.empty(), 1_000)))
        .contains(first.key())
        .doesNotContain(second.key());
  }

  @Test
  void howFarAWebhookWasToldIsKept() {
    var key = key("hook", "r");

    assertThat(now(runs.delivered(key))).isZero();
    now(runs.keepDelivered(key, 7));
    assertThat(now(runs.delivered(key))).isEqualTo(7);
  }
}
