package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.run.WorkQueue.Assignment;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

  private final WorkQueue<String, String> queue = new WorkQueue<>();

  @Test
  void firstComeFirstServed() {
    assertThat(queue.add("1", "one", 10, 0)).isEmpty();
    assertThat(queue.add("2", "two", 10, 0)).isEmpty();

    assertThat(queue.ask("w", 0)).contains(new Assignment<>("1", "one", "w"));
    assertThat(queue.ask("v", 0)).contains(new Assignment<>("2", "two", "v"));
    assertThat(queue.ask("u", 0)).isEmpty();
    assertThat(queue.add("3", "three", 10, 0)).contains(new Assignment<>("3", "three", "u"));
  }

  @Test
  void aCallThatIsSaidAgainIsOneCall() {
    queue.add("1", "one", 10, 0);
    queue.add("1", "one", 10, 0);
    assertThat(queue.waiting()).isEqualTo(1);

    queue.ask("w", 0);
    queue.add("1", "one", 10, 0);
    assertThat(queue.waiting()).isZero();
  }

  @Test
  void aWorkerThatGivesNoSignOfLifeLosesItsCall() {
    queue.add("1", "one", 10, 0);
    queue.ask("w", 0);

    assertThat(queue.lapsed(10)).isEmpty();
    assertThat(queue.extend("1", 10)).isTrue();
    assertThat(queue.lapsed(20)).isEmpty();
    assertThat(queue.lapsed(21)).containsExactly("one");
    assertThat(queue.extend("1", 21)).isFalse();
    assertThat(queue.remove("1")).isEmpty();
  }

  @Test
  void aCallThatAWorkerIsKnownToHaveIsGivenToNobodyElse() {
    queue.adopt("1", "one", 10, 0);

    assertThat(queue.ask("w", 0)).isEmpty();
    assertThat(queue.remove("1")).contains("one");
  }

  @Test
  void whoLeavesIsGivenNothing() {
    queue.ask("w", 0);

    assertThat(queue.leave("w")).isTrue();
    assertThat(queue.leave("w")).isFalse();
    assertThat(queue.add("1", "one", 10, 0)).isEmpty();
    assertThat(queue.remove("1")).contains("one");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void onlyWhatNoWorkerHasIsRecalled() {
    queue.add("1", "one", 10, 0);
    queue.add("2", "two", 10, 0);
    queue.ask("w", 0);

    assertThat(queue.recall("1")).isFalse();
    assertThat(queue.recall("2")).isTrue();
    assertThat(queue.recall("2")).isFalse();
    assertThat(queue.ask("v", 0)).isEmpty();
  }

  @Test
  void whatAWorkerGivesBackIsTheNextAgain() {
    queue.add("1", "one", 10, 0);
    queue.add("2", "two", 10, 0);
    queue.ask("w", 0);

    assertThat(queue.giveBack("2")).isEmpty();
    assertThat(queue.giveBack("1")).contains("one");
    assertThat(queue.ask("v", 5)).contains(new Assignment<>("1", "one", "v"));
    assertThat(queue.lapsed(15)).isEmpty();
    assertThat(queue.lapsed(16)).containsExactly("one");
  }

  @Test
  void whatIsGivenBackGoesToAWorkerThatWaits() {
    queue.add("1", "one", 10, 0);
    queue.ask("w", 0);
    queue.ask("v", 0);
    queue.giveBack("1");

    assertThat(queue.next(0)).contains(new Assignment<>("1", "one", "v"));
    assertThat(queue.next(0)).isEmpty();
  }
}
