package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SuccessionTest {

  private record From(long startNanos, long endNanos) implements Succession.Stretch {}

  @Test
  void nothingComesBeforeTheFirst() {
    assertThat(of().lastBefore(5)).isEmpty();
  }

  @Test
  void theLastOfARowStandsForAllOfIt() {
    assertThat(of(new From(0, 1), new From(1, 2), new From(3, 4)).lastBefore(4)).containsExactly(2);
  }

  @Test
  void oneThatHasNotEndedIsNotBefore() {
    assertThat(of(new From(0, 1), new From(1, 9)).lastBefore(5)).containsExactly(0);
  }

  @Test
  void whatFollowsSeveralBesideEachOtherFollowsAllOfThem() {
    assertThat(of(new From(0, 1), new From(1, 5), new From(2, 4), new From(2, 6)).lastBefore(6))
        .containsExactly(1, 2, 3);
  }

  @Test
  void oneBesideARowIsFollowedUnlessOneOfTheRowFollowedIt() {
    assertThat(of(new From(0, 3), new From(0, 1), new From(1, 2)).lastBefore(4))
        .containsExactly(0, 2);
  }

  /// Against the definition: it has ended, and none of those that have ended began after its end.
  @Property
  void findsWhatHasEndedAndWasNotFollowed(
      @ForAll @Size(max = 12) List<@IntRange(max = 20) Integer> starts,
      @ForAll @Size(value = 12) List<@IntRange(max = 20) Integer> lengths,
      @ForAll @IntRange(max = 45) int nanos) {
    var stretches = new ArrayList<From>();
    for (int at = 0; at < starts.size(); at++) {
      stretches.add(new From(starts.get(at), starts.get(at) + 1L + lengths.get(at)));
    }
    stretches.sort(Comparator.comparingLong(From::startNanos));
    var expected = new ArrayList<Integer>();
    for (int at = 0; at < stretches.size(); at++) {
      var stretch = stretches.get(at);
      boolean isFollowed =
          stretches.stream()
              .anyMatch(
                  other -> other.endNanos() <= nanos && other.startNanos() >= stretch.endNanos());
      if (stretch.endNanos() <= nanos && !isFollowed) {
        expected.add(at);
      }
    }

    assertThat(of(stretches.toArray(From[]::new)).lastBefore(nanos)).isEqualTo(expected);
  }

  private static Succession of(From... stretches) {
    var order = new Succession();
    List.of(stretches).forEach(order::add);
    return order;
  }
}
