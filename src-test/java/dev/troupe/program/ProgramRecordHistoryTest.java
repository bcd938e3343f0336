package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.ProgramView.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of one program against a plain model that forgets nothing: 4 x 25,000 steps, the
/// whole view checked after each (RSM-12).
class ProgramRecordHistoryTest {

  private static final int STEPS = 25_000;
  private static final int KEPT_PATHS = 50;
  private static final Program.Id PROGRAM = new Program.Id(Tenant.ANYONE, "p1");
  private static final ProgramSettings SETTINGS =
      new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 8, KEPT_PATHS);

  private final ProgramRecord record = new ProgramRecord(PROGRAM, SETTINGS, 0);
  private final Map<Call.Id, Long> openPaths = new HashMap<>();
  private final Set<Call.Id> running = new HashSet<>();
  private final Map<Call.Id, Long> endedPaths = new HashMap<>();
  private final List<Call.Id> endOrder = new ArrayList<>();
  private Standing expected = Standing.NEW;
  private long failed;
  private long nextCall;
  private long nowNanos;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void tableAndHistoryAgreeAfterEveryStep(long seed) {
    var random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      nowNanos += random.nextInt(1000);
      step(random);
      assertConsistent();
    }
    assertThat(expected.endedCalls()).isGreaterThan(STEPS / 10);
  }

  private void step(Random random) {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> submitNew(random);
      case 3 -> anyOpen(random).ifPresent(call -> submitAgain(call));
      case 4, 5, 6 -> anyOpen(random).ifPresent(call -> grant(call));
      case 7, 8, 9 -> anyOpen(random).ifPresent(call -> end(call, random));
      case 10 -> anyOpen(random).ifPresent(this::withdraw);
      default -> endAgain(random);
    }
  }

  private void submitNew(Random random) {
    if (openPaths.size() > 12) {
      return;
    }
    var parents = new ArrayList<Call.Id>();
    for (int i = random.nextInt(3); i > 0 && !endOrder.isEmpty(); i--) {
      parents.add(
          endOrder.get(endOrder.size() - 1 - random.nextInt(Math.min(70, endOrder.size()))));
    }
    var id = new Call.Id("c" + nextCall++);
    long pathNanos =
        parents.stream().mapToLong(this::pathThrough).max().orElse(expected.criticalPathNanos());

    var priority = submit(id, parents);

    assertThat(priority)
        .returns(expected.attainedNanos(), Priority::attainedNanos)
        .returns(pathNanos, Priority::pathNanos)
        .returns(expected.waitedNanos(), Priority::waitedNanos);
    openPaths.put(id, pathNanos);
  }

  private long pathThrough(Call.Id parent) {
    int age = endOrder.size() - endOrder.lastIndexOf(parent);
    return age <= KEPT_PATHS ? endedPaths.getOrDefault(parent, -1L) : expected.criticalPathNanos();
  }

  private void submitAgain(Call.Id id) {
    assertThat(submit(id, List.of()).pathNanos()).isEqualTo(openPaths.get(id));
    running.remove(id);
  }

  private Priority submit(Call.Id id, List<Call.Id> parents) {
    var call =
        new Call(
            id, PROGRAM, new ModelPool("any"), 10, 10, PrefixChain.EMPTY, List.copyOf(parents));
    return record.submit(call, "test", Optional.empty(), Standing.NEW, 0, nowNanos);
  }

  private void grant(Call.Id id) {
    record.granted(id, new EngineId("e" + nextCall % 20), 0, false, 0, nowNanos);
    running.add(id);
  }

  private void end(Call.Id id, Random random) {
    long serviceNanos = random.nextInt(10_000);
    boolean succeeded = random.nextInt(5) > 0;
    record.ended(
        id,
        new EngineId("e1"),
        new Usage(10, 5, 1),
        serviceNanos,
        succeeded ? CallOutcome.COMPLETED : CallOutcome.FAILED,
        nowNanos);
    long pathNanos = openPaths.getOrDefault(id, -1L) + serviceNanos;
    openPaths.remove(id);
    running.remove(id);
    endedPaths.put(id, pathNanos);
    endOrder.add(id);
    expected =
        new Standing(
            expected.attainedNanos() + serviceNanos,
            Math.max(expected.criticalPathNanos(), pathNanos),
            0,
            expected.endedCalls() + 1);
    failed += succeeded ? 0 : 1;
  }

  private void withdraw(Call.Id id) {
    record.withdrawn(id, nowNanos);
    openPaths.remove(id);
    running.remove(id);
  }

  private void endAgain(Random random) {
    if (!endOrder.isEmpty()) {
      var latest =
          endOrder.get(endOrder.size() - 1 - random.nextInt(Math.min(10, endOrder.size())));
      record.ended(latest, new EngineId("e1"), Usage.NONE, 99, CallOutcome.COMPLETED, nowNanos);
    }
  }

  private Optional<Call.Id> anyOpen(Random random) {
    return openPaths.keySet().stream().skip(random.nextInt(13)).findFirst();
  }

  private void assertConsistent() {
    var view = record.view(nowNanos);
    assertThat(view.standing()).isEqualTo(expected);
    assertThat(view.totalCalls()).isEqualTo(expected.endedCalls() + openPaths.size());
    assertThat(view.completedCalls() + view.failedCalls()).isEqualTo(expected.endedCalls());
    assertThat(view.failedCalls()).isEqualTo(failed);
    assertThat(view.promptTokens()).isEqualTo(10 * expected.endedCalls());
    assertThat(view.engines()).hasSizeLessThanOrEqualTo(16).doesNotHaveDuplicates();
    assertThat(view.state()).isEqualTo(expectedState());
    var shown = view.calls().stream().map(CallView::id).toList();
    assertThat(shown).doesNotHaveDuplicates();
    assertThat(shown.subList(0, openPaths.size()))
        .containsExactlyInAnyOrderElementsOf(openPaths.keySet());
    assertThat(shown.size() - openPaths.size()).isLessThanOrEqualTo(8);
    assertThat(
            view.calls().stream()
                .filter(call -> call.state() == CallState.RUNNING)
                .map(CallView::id))
        .containsExactlyInAnyOrderElementsOf(running);
  }

  private State expectedState() {
    if (!running.isEmpty()) {
      return State.RUNNING;
    }
    return openPaths.isEmpty() ? State.IDLE : State.WAITING;
  }
}
