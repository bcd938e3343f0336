package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.run.RunRoom.Lack;
import dev.troupe.run.RunRoom.Limits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("TR-3")
class RunRoomTest {

  private final RunRoom<String> room = new RunRoom<>(new Limits(3, 100));

  private void grow(String run, int steps) {
    assertThat(room.ask(run, 0, steps)).isEmpty();
    room.settle(run, steps, steps, false);
  }

  @Test
  void whatIsPromisedCountsUntilItIsSettled() {
    assertThat(room.ask("a", 0, 60)).isEmpty();
    assertThat(room.ask("b", 0, 60)).contains(Lack.STEPS);

    // It was refused for another reason: what was promised is free again.
    room.settle("a", 60, 0, false);

    assertThat(room.ask("b", 0, 60)).isEmpty();
    assertThat(room.steps()).isEqualTo(60);
  }

  @Test
  void twoAdditionsThatAreUnderWayCountBoth() {
    grow("a", 10);
    assertThat(room.ask("a", 0, 40)).isEmpty();
    assertThat(room.ask("a", 0, 40)).isEmpty();

    room.settle("a", 40, 50, false);

    assertThat(room.steps()).isEqualTo(90);
    assertThat(room.ask("b", 0, 11)).contains(Lack.STEPS);
  }

  @Test
  void whatHasBeenAcceptedMayGrowBeyondTheLimit() {
    grow("a", 60);

    room.settle("a", 0, 250, false);

    assertThat(room.steps()).isEqualTo(250);
    assertThat(room.ask("b", 0, 1)).contains(Lack.STEPS);
    assertThat(room.surplus()).isEmpty();
  }

  @Test
  void staysFullUntilATenthOfItsRoomIsFreeAgain() {
    grow("a", 50);
    grow("b", 45);
    assertThat(room.isFull()).isFalse();
    assertThat(room.ask("c", 0, 10)).contains(Lack.STEPS);
    assertThat(room.isFull()).isTrue();

    room.settle("b", 0, 41, false);
    assertThat(room.isFull()).isTrue();
    room.settle("b", 0, 40, false);

    assertThat(room.isFull()).isFalse();
    grow("c", 10);
  }

  @Test
  void whatWouldNeverFitIsNoSignOfAFullNode() {
    grow("a", 60);

    assertThat(room.ask("b", 0, 101)).contains(Lack.TOO_LARGE);
    assertThat(room.ask("a", 60, 41)).contains(Lack.TOO_LARGE);
    assertThat(room.isFull()).isFalse();

    // Steps inside steps come and go: without them there may be room.
    room.settle("a", 0, 95, false);
    assertThat(room.ask("a", 60, 40)).contains(Lack.STEPS);
    room.settle("a", 0, 60, false);
    assertThat(room.ask("a", 60, 40)).isEmpty();
  }

  @Test
  void whatNeverFitsIsSaidThoughRunsAreTooManyToo() {
    grow("a", 1);
    grow("b", 1);
    grow("c", 1);

    assertThat(room.ask("d", 0, 101)).contains(Lack.TOO_LARGE);
  }

  @Test
  void runsThatRestLeaveForOthersTheLongestRestedFirst() {
    grow("a", 30);
    grow("b", 30);
    room.settle("b", 0, 30, true);
    room.settle("a", 0, 30, true);
    assertThat(room.surplus()).isEmpty();

    grow("c", 65);

    // 125 steps: without the 30 of b they fit.
    assertThat(room.surplus()).containsExactly("b");
    assertThat(room.surplus()).isEmpty();
    assertThat(room.steps()).isEqualTo(95);
  }

  @Test
  void moreRunsThanMayBeAreRefusedUntilOneEnds() {
    grow("a", 1);
    grow("b", 1);
    grow("c", 1);
    assertThat(room.ask("d", 0, 1)).contains(Lack.RUNS);
    grow("c", 1);

    room.end("a");

    grow("d", 1);
    assertThat(room.runs()).isEqualTo(3);
  }
}
