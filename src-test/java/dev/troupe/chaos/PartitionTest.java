package dev.troupe.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.troupe.chaos.Disruption.CutOff;
import dev.troupe.chaos.Disruption.Victim;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A node that is cut off from its cluster, in a network namespace. Skipped where the machine permits
/// none, with the reason.
@Tag("whole-machine")
@Timeout(600)
class PartitionTest {

  private static final Scenario CUT_OFF =
      new Scenario(
          "cut-off",
          "cut one node off from the network for 25 s",
          Layout.NETWORK,
          new CutOff(Victim.GATEWAY, Duration.ofSeconds(25)),
          false);

  @Test
  void nodeThatIsCutOffLeavesAndNothingElseIsLost() throws Exception {
    var refusal = NetworkLab.refusal();
    refusal.ifPresent(reason -> System.out.println("skipped: " + reason));
    assumeTrue(refusal.isEmpty(), () -> refusal.orElse(""));
    var programs = ChaosWorkload.of(Optional.empty(), 1);

    var results =
        new ChaosRun(programs, System.out::println, Tolerance.BUSY_MACHINE, Optional.empty())
            .run(List.of(CUT_OFF));

    var table = ChaosReport.table(results);
    System.out.print(table);
    assertThat(results).as(table).isNotEmpty().allMatch(ScenarioResult::passed);
  }
}
