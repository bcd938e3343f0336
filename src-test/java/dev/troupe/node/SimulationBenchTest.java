package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.troupe.laboratory.Bench;
import dev.troupe.laboratory.Census;
import dev.troupe.laboratory.Inputs;
import dev.troupe.simulation.Distribution;
import dev.troupe.simulation.Lengths;
import dev.troupe.simulation.Metrics;
import dev.troupe.simulation.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
  void countsTheProgramsOfATraceThatAnEngineCanHold() throws IOException {
    var line =
        """
        {"id":"a","kind":"k%d","arrival_s":%1$d,"block_tokens":16,"calls":[{"id":0,"parents":[],\
        "prompt_tokens":%d,"output_tokens":3}]}
        """;
    var file = folder.resolve("trace.jsonl");
    Files.writeString(
        file,
        line.formatted(10, 20)
            + line.formatted(12, 20)
            + line.formatted(13, 10_000_000)
            + line.formatted(14, 20));
    var inputs = inputs(new Inputs.Source.Trace(file), OptionalInt.empty(), Inputs.Half.ALL);

    assertThat(new SimulationBench().census(inputs, "A100-8B"))
        .isEqualTo(new Census(3, 3, 3, 1, OptionalDouble.of(4), Optional.empty()));
  }

  /// A program that no engine can hold, and two: one of two calls from 0 to 5 s, one of 3 s.
  @ParameterizedTest
  @CsvSource({"recorded, true", "cap=60s, false", "none, false"})
  void knowsHowLongTheProgramsOfARecordingTookWhereTheyWaitAsRecorded(String waits, boolean isKnown)
      throws IOException {
    var file =
        Files.writeString(
            folder.resolve("traffic.jsonl"),
            recorded("huge", 0, 9, 10_000_000)
                + recorded("a", 0, 2, 20)
                + recorded("a", 3, 2, 20)
                + recorded("b", 1, 3, 20));
    var inputs =
        new Inputs(
            new Inputs.Source.Trace(file),
            OptionalInt.empty(),
            waits,
            Inputs.Oversize.REFUSE,
            Inputs.Half.ALL,
            Lengths.UNSAID);

    assertThat(new SimulationBench().census(inputs, "A100-8B").responseSeconds())
        .isEqualTo(isKnown ? Optional.of(Distribution.of(5, 3)) : Optional.empty());
  }

  private static String recorded(String program, int arrival, int seconds, int tokens) {
    return """
    {"call":"c%2$d","program":"%s","tenant":"t","arrival_s":%d,"response_s":%d,"prompt_tokens":%d,\
    "output_tokens":3,"parents":[],"prefix":[]}
    """
        .formatted(program, arrival, seconds, tokens);
  }

  @Test
  void programsThatAreGeneratedCameAtNoTime() {
    var census = new SimulationBench().census(generated("chat", 20), "A100-8B");

    assertThat(census.programs()).isEqualTo(20);
    assertThat(census.arrivingSeconds()).isEmpty();
  }

  @Test
  void aFilesPricesAreThoseThatProgramsAreCharged() throws IOException {
    var inputs = generated("chat", 20);
    var setup = new Setup("fcfs", "round-robin", 0.5, 1, "A100-8B", 1);
    var dear = configured("troupe.service.decode-time-per-token = 1s");

    var usual = new SimulationBench().run(inputs, setup).programs().getFirst();
    var charged = dear.run(inputs, setup).programs().getFirst();

    assertThat(charged.serviceNanos()).isGreaterThan(charged.outputTokens() * 1_000_000_000L);
    assertThat(usual.serviceNanos()).isLessThan(usual.outputTokens() * 1_000_000_000L);
  }

  /// The file of the documents.
  @Test
  void aFilesProfilesOfEnginesStandBehindThoseThatShip() {
    var bench = new SimulationBench().configured(Path.of("../docs/examples/my-engines.conf"));

    var outcome =
        bench.run(generated("chat", 5), new Setup("fcfs", "round-robin", 1, 1, "my-gpu-8B", 1));

    assertThat(bench.profiles().getFirst().name()).isEqualTo("A100-8B");
    assertThat(bench.profiles().getLast().name()).isEqualTo("my-gpu-8B");
    assertThat(bench.profiles().getLast().meaning()).startsWith("200000 tokens of KV memory");
    assertThat(outcome.programs()).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "troupe.simulation.profiles.mine { kv-tokens = 7 } | troupe.simulation.profiles.mine.",
        "troupe.simulation.profiles.mine = ${troupe.simulation.profiles.B100} | my.conf",
        "troupe.simulation.profile.mine { kv-tokens = 7 } | unknown key troupe.simulation.profile.mine",
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
  void loadOneIsTheCapacityOfTheEngines() {
    var inputs = generated("chat", 20);
    var bench = new SimulationBench();

    double capacity = bench.capacity(inputs, "A100-8B", 2);
    var outcome = bench.run(inputs, new Setup("fcfs", "round-robin", 1, 2, "A100-8B", 1));

    assertThat(Metrics.of(outcome).rates().offeredPerSecond().orElseThrow())
        .isCloseTo(capacity, withinPercentage(0.001));
    assertThat(bench.capacity(inputs, "A100-8B", 4)).isGreaterThan(capacity);
  }

  /// Two policies have every program say how long it is, whatever was asked for.
  @ParameterizedTest
  @CsvSource({
    "known-lengths, 1, 0",
    "guessed-lengths, 1, 1",
    "least-cost, 0.5, 2",
    "without-declared, 0.5, 2"
  })
  void saysWhichProgramsSaidHowLongTheyAre(String policy, double share, double error) {
    var setup = new Setup(policy, "added-delay", 1, 1, "A100-8B", 1, new Lengths(0.5, 2));

    var outcome = new SimulationBench().run(generated("chat", 5), setup);

    assertThat(outcome.setup().lengths()).isEqualTo(new Lengths(share, error));
    assertThat(outcome.setup().policy()).isEqualTo(policy);
  }

  @Test
  void aHalfWithoutProgramsIsRefusedAsSuch() throws IOException {
    var program =
        "{\"id\":\"%s\",\"kind\":\"k\",\"arrival_s\":0,\"block_tokens\":16,\"calls\":[{\"id\":0,"
            + "\"parents\":[],\"prompt_tokens\":20,\"output_tokens\":3}]}";
    var trace = Files.writeString(folder.resolve("one.jsonl"), program.formatted("a"));
    var setup = new Setup("fcfs", "round-robin", 1, 1, "A100-8B", 1);
    var refusals = new ArrayList<String>();

    for (var half : List.of(Inputs.Half.FIT, Inputs.Half.REPORT)) {
      var inputs = inputs(new Inputs.Source.Trace(trace), OptionalInt.empty(), half);
      try {
        new SimulationBench().run(inputs, setup);
      } catch (IllegalArgumentException refusal) {
        refusals.add(refusal.getMessage());
      }
    }

    assertThat(refusals)
        .containsExactly(
            "--split: that half of %s has no program; take all of it, or more programs"
                .formatted(trace));
  }

  @Test
  void aFolderIsNoTrace() {
    var inputs = inputs(new Inputs.Source.Trace(folder), OptionalInt.empty(), Inputs.Half.ALL);
    var setup = new Setup("fcfs", "round-robin", 0.5, 1, "A100-8B", 1);

    assertThatThrownBy(() -> new SimulationBench().run(inputs, setup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--trace: " + folder + " is a folder; name a file in it");
  }

  private static Inputs generated(String workload, int programs) {
    return inputs(new Inputs.Source.Generated(workload), OptionalInt.of(programs), Inputs.Half.ALL);
  }

  private static Inputs inputs(Inputs.Source source, OptionalInt limit, Inputs.Half half) {
    return new Inputs(source, limit, "none", Inputs.Oversize.REFUSE, half, Lengths.UNSAID);
  }

  @Test
  void aTraceThatDoesNotExistIsRefused() {
    var missing = folder.resolve("none.jsonl");
    var inputs = inputs(new Inputs.Source.Trace(missing), OptionalInt.empty(), Inputs.Half.ALL);
    var setup = new Setup("fcfs", "round-robin", 0.5, 1, "A100-8B", 1);

    assertThatThrownBy(() -> new SimulationBench().run(inputs, setup))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--trace: there is no file " + missing);
  }

  private Bench configured(String text) throws IOException {
    return new SimulationBench().configured(Files.writeString(folder.resolve("my.conf"), text));
  }
}
