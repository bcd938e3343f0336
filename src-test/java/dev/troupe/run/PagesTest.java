package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PagesTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int STEPS = 40;

  @Test
  void aPageHasSoManyItemsAtMost() {
    assertThat(Pages.first(List.of(1, 2, 3), 2, 6, _ -> 1)).containsExactly(1, 2);
    assertThat(Pages.first(List.of(1, 2, 3), 9, 6, _ -> 1)).containsExactly(1, 2, 3);
    assertThat(Pages.first(List.<Integer>of(), 9, 6, _ -> 1)).isEmpty();
  }

  @Test
  void aPageEndsBeforeItHasTooManyBytes() {
    assertThat(Pages.first(List.of(1, 2, 3), 9, 6, _ -> 2)).containsExactly(1, 2, 3);
    assertThat(Pages.first(List.of(1, 2, 3), 9, 6, _ -> 3)).containsExactly(1, 2);
  }

  @Test
  void anItemThatIsLargerThanAPageHasOneOfItsOwn() {
    assertThat(Pages.first(List.of(1, 2), 9, 6, _ -> 7)).containsExactly(1);
    assertThat(Pages.first(List.of(1, 2), 9, -1, _ -> 7)).containsExactly(1);
  }

  @Test
  void eventsWithLargePartsAreTakenAFewAtATime() {
    var large = TextNode.valueOf("x".repeat(2 * MEBIBYTE));
    var error =
        new StepError(
            StepError.Code.INTERNAL_ERROR, large.textValue(), true, true, OptionalLong.empty());
    var step = new StepId("s");
    var kinds =
        List.<RunEvent>of(
            new RunEvent.StepFinished(step, large, Consumption.NONE, 0),
            new RunEvent.StepStarted(step, 1, Reservation.NONE, OptionalLong.empty(), large),
            new RunEvent.Signalled("s", large),
            new RunEvent.Remembered("s", large),
            new RunEvent.Noted("s", large),
            new RunEvent.AbortRequested(large.textValue()),
            new RunEvent.StepFailed(step, error, Consumption.NONE, 0, false),
            new RunEvent.RetryScheduled(step, 1, error, Consumption.NONE, 0, 0),
            new RunEvent.StepsSkipped(List.of(step), error));

    for (var kind : kinds) {
      var events = IntStream.range(1, 9).mapToObj(at -> new Recorded(at, 0, kind)).toList();
      assertThat(Pages.events(events, 100)).as(kind.getClass().getSimpleName()).hasSize(2);
    }
  }

  @Test
  void aPlanCountsWithTheTextsOfItsSteps() {
    var large =
        new Step(
            new StepId("s"),
            new StepKind.Function(
                "f", new Argument.Literal(TextNode.valueOf("x".repeat(MEBIBYTE)))),
            List.of());
    var added = new RunEvent.StepsAdded(List.of(large), Map.of());
    var events = IntStream.range(1, 9).mapToObj(at -> new Recorded(at, 0, added)).toList();

    // Three bytes are counted for each character.
    assertThat(Pages.events(events, 100)).hasSize(1);
  }

  @Test
  void allStepsOfARunWithLargeResultsAreSeenPageByPage() {
    var run = finished(STEPS, MEBIBYTE);
    var whole = RunView.of(run, 0);
    var seen = new ArrayList<StepView>();
    int pages = 0;
    while (seen.size() < STEPS) {
      seen.addAll(whole.page(seen.size(), 1_000).steps());
      pages++;
    }

    assertThat(seen).isEqualTo(whole.steps());
    // Five to a page: six have a little more than 6 MiB with what stands around them.
    assertThat(pages).isEqualTo(STEPS / 5);
  }

  @Test
  void whatARunRemembersTakesFromTheRoomOfItsFirstPageAndIsInNoOther() {
    var virtual = begun(STEPS);
    var note = TextNode.valueOf("x".repeat(2 * MEBIBYTE));
    virtual.accepted(new RunCommand.Remember("k", Optional.of(note)));
    virtual.accepted(new RunCommand.Note("n", note));
    finish(virtual, STEPS, MEBIBYTE);
    var whole = RunView.of(virtual.run(), 0);

    var first = whole.page(0, 1_000);
    var second = whole.page(first.steps().size(), 1_000);

    // 4 MiB beside them leave room for one, as two have a little more than 2 MiB.
    assertThat(first.steps()).hasSize(1);
    assertThat(first.memory()).containsEntry("k", note);
    assertThat(first.notes()).containsEntry("n", note);
    assertThat(second.steps()).hasSize(5);
    assertThat(second.memory()).isEmpty();
    assertThat(second.notes()).isEmpty();
  }

  /// A run whose steps have all finished with results of so many characters.
  private static Run finished(int steps, int chars) {
    var virtual = begun(steps);
    finish(virtual, steps, chars);
    return virtual.run();
  }

  private static VirtualRun begun(int steps) {
    return VirtualRun.of(
        RunPolicy.DEFAULT.withMaxParallelism(steps),
        IntStream.range(0, steps).mapToObj(at -> Steps.step("s" + at)).toArray(Step[]::new));
  }

  private static void finish(VirtualRun run, int steps, int chars) {
    for (int at = 0; at < steps; at++) {
      run.finish("s" + at, TextNode.valueOf("x".repeat(chars)));
    }
  }
}
