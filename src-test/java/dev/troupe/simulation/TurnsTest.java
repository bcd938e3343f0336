package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnsTest {

  @Test
  void areWhollyRegularWhereAllProgramsHaveOneLength() {
    var turns = new Turns();
    for (int program = 0; program < 10; program++) {
      turns.ended(8);
    }

    assertThat(turns.regularity()).isCloseTo(1, within(1e-9));
  }

  @Test
  void areNotRegularWhereEveryCallMayBeTheLast() {
    var random = new Random(3);
    var turns = new Turns();
    for (int program = 0; program < 20_000; program++) {
      int calls = 1;
      while (random.nextDouble() < 0.8) {
        calls++;
      }
      turns.ended(calls);
    }

    assertThat(turns.regularity()).isCloseTo(0, within(0.05));
  }
}
