package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.laboratory.Bench;
import dev.troupe.laboratory.Inputs;
import dev.troupe.simulation.Lengths;
import dev.troupe.simulation.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationBenchTest {

  @TempDir private Path folder;

  @Test
  void simulatesTheDefaultsOfANode() {
    var bench = new SimulationBench();

    assertThat(bench.settingsName()).isEqualTo("a node's defaults");
    assertThat(bench.policies().getFirst().name()).isEqualTo("least-cost");
    assertThat(bench.placements().getFirst().name()).isEqualTo("added-delay");
  }

  @Test
  void aFileSetsThePolicyAndThePlacementToBeginWith() throws IOException {
    var bench =
        configured(
            """
            troupe.schedule { discipline = plas, placement.rule = round-robin }
            troupe.engines = [ { name = gpu-1, dialect = vllm, url = "http://10.0.0.11:8000" } ]
            """);

    assertThat(bench.settingsName()).endsWith("my.conf over a node's defaults");
    assertThat(bench.policies().getFirst().name()).isEqualTo("plas");
    assertThat(bench.usualPlacement("plas")).isEqualTo("round-robin");
  }

  @Test
  void aFilesPricesAreThoseThatProgramsAreCharged() throws IOException {
    var inputs =
        new Inputs(
            new Inputs.Source.Generated("chat"),
            OptionalInt.of(20),
            "none",
            Inputs.Oversize.REFUSE,
            Inputs.Half.ALL,
            Lengths.UNSAID);
    var setup = new Setup("fcfs", "round-robin", 0.5, 1, "A100-8B", 1);
    var dear = configured("troupe.service.decode-time-per-token = 1s");

    var usual = new SimulationBench().run(inputs, setup).programs().getFirst();
    var charged = dear.run(inputs, setup).programs().getFirst();

    assertThat(charged.serviceNanos()).isGreaterThan(charged.outputTokens() * 1_000_000_000L);
    assertThat(usual.serviceNanos()).isLessThan(usual.outputTokens() * 1_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "troupe.schedule.dicipline = plas     | troupe.schedule.discipline",
        "troupe.schedule.discipline = fastest | troupe.schedule.discipline",
        "troupe.schedule {                    | my.conf",
      })
  void aFileThatCannotBeUsedIsRefusedNamingTheKey(String text, String named) {
    assertThatThrownBy(() -> configured(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--config: ")
        .hasMessageContaining(named);
  }

  @Test
  void aFileThatDoesNotExistIsRefused() {
    var missing = folder.resolve("none.conf");

    assertThatThrownBy(() -> new SimulationBench().configured(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void aTraceThatDoesNotExistIsRefused() {
    var missing = folder.resolve("none.jsonl");
    var inputs =
        new Inputs(
            new Inputs.Source.Trace(missing),
            OptionalInt.empty(),
            "none",
            Inputs.Oversize.REFUSE,
            Inputs.Half.ALL,
            Lengths.UNSAID);
    var setup = new Setup("fcfs", "round-robin", 0.5, 1, "A100-8B", 1);

    assertThatThrownBy(() -> new SimulationBench().run(inputs, setup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--trace: there is no file " + missing);
  }

  private Bench configured(String text) throws IOException {
    return new SimulationBench().configured(Files.writeString(folder.resolve("my.conf"), text));
  }
}
