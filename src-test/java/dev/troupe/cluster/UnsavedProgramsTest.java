package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.id;
import static dev.troupe.cluster.ProgramSamples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.UnsavedPrograms.Unsaved;
import dev.troupe.program.Standing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnsavedProgramsTest {

  private final UnsavedPrograms unsaved = new UnsavedPrograms(3);

  @Test
  void keepsTheLatestOfEachProgram() {
    unsaved.put(program("a", 1), 10);
    unsaved.put(program("b", 1), 11);
    unsaved.put(program("a", 2), 12);

    assertThat(unsaved.size()).isEqualTo(2);
    assertThat(batch(9)).containsExactly("b:1", "a:2");
  }

  @Test
  void neverLetsStandingShrink() {
    unsaved.put(program("a", 5), 10);
    // An actor that began anew without knowing what was.
    unsaved.put(program("a", 1), 12);

    assertThat(unsaved.find(id("a")).map(held -> held.program().standing().endedCalls()))
        .contains(5L);
  }

  @Test
  void takesTheOldestFirst() {
    unsaved.put(program("a", 1), 10);
    unsaved.put(program("b", 1), 11);
    unsaved.put(program("c", 1), 12);

    assertThat(batch(2)).containsExactly("a:1", "b:1");
    unsaved.written();
    assertThat(batch(2)).containsExactly("c:1");
  }

  @Test
  void findsWhatIsBeingWritten() {
    unsaved.put(program("a", 1), 10);
    unsaved.beginBatch(9);

    assertThat(unsaved.find(id("a"))).contains(new Unsaved(program("a", 1), 10));
    unsaved.written();
    assertThat(unsaved.find(id("a"))).isEmpty();
  }

  @Test
  void writesAgainWhatWasNotWritten() {
    unsaved.put(program("a", 1), 10);
    unsaved.put(program("b", 1), 11);
    unsaved.beginBatch(9);
    unsaved.put(program("a", 2), 12);
    unsaved.notWritten();

    assertThat(unsaved.isWriting()).isFalse();
    assertThat(batch(9)).containsExactly("b:1", "a:2");
  }

  @Test
  void givesUpTheOldestBeyondItsLimit() {
    for (var name : List.of("a", "b", "c", "d")) {
      unsaved.put(program(name, 1), 10);
    }

    assertThat(unsaved.find(id("a"))).isEmpty();
    assertThat(unsaved.size()).isEqualTo(3);
    assertThat(unsaved.dropped()).isEqualTo(1);
  }

  @Test
  void growsOlderWhileItWaits() {
    unsaved.put(program("a", 1), 10);

    // 5000 ns old when it was saved at 10 ns.
    assertThat(unsaved.find(id("a")).map(held -> held.asOf(30).ageNanos())).contains(5_020L);
    assertThat(unsaved.find(id("a")).map(held -> held.asOf(30).sinceCompletionNanos()))
        .contains(Optional.of(1_020L));
    assertThat(unsaved.find(id("a")).map(held -> held.asOf(30).standing()))
        .contains(new Standing(1_000_000_000L, 500_000_000L, 7, 1));
  }

  private List<String> batch(int maxBatch) {
    return unsaved.beginBatch(maxBatch).stream()
        .map(Unsaved::program)
        .map(program -> program.id().value() + ":" + program.standing().endedCalls())
        .toList();
  }
}
