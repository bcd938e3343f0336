package dev.troupe.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What `./troupe chaos --short` does.
@Tag("whole-machine")
@Timeout(600)
class ShortChaosTest {

  @Test
  void nothingIsLostWhenNodesDiePauseAndRestart() throws Exception {
    var programs = ChaosWorkload.of(Optional.empty(), 1);

    var results =
        new ChaosRun(programs, System.out::println, Tolerance.BUSY_MACHINE, Optional.empty())
            .run(Scenario.brief());

    var table = ChaosReport.table(results);
    System.out.print(table);
    assertThat(results).as(table).hasSize(Scenario.brief().size());
    assertThat(results).as(table).allMatch(ScenarioResult::passed);
  }
}
