package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSearchTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.07, 0.49, 0.5, 0.93, 1, 3.3, 7.9})
  void findsTheHighestLoadThatMeetsTheTarget(double highest) {
    var found = searched(highest);

    assertThat(found.met()).isLessThanOrEqualTo(highest).isCloseTo(highest, within(0.02 * highest));
    assertThat(found.missed()).isGreaterThan(highest);
  }

  @Test
  void stopsFarPastSaturation() {
    assertThat(searched(100).met()).isEqualTo(LoadSearch.MOST);
  }

  @Test
  void givesUpWhereNothingMeetsIt() {
    assertThat(searched(0.01).met()).isZero();
    assertThat(searched(0.01).missed()).isEqualTo(LoadSearch.LEAST);
  }

  private static LoadSearch searched(double highest) {
    var search = LoadSearch.START;
    var next = search.next();
    for (int step = 0; next.isPresent(); step++) {
      assertThat(step).as("steps").isLessThan(20);
      search = search.told(next.getAsDouble(), next.getAsDouble() <= highest);
      next = search.next();
    }
    return search;
  }
}
