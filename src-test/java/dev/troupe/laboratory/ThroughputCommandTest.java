package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `simulate throughput`, over a bench whose results are known beforehand.
class ThroughputCommandTest {

  @TempDir private Path folder;

  private final CommandConsole console = new CommandConsole();

  @Test
  void findsTheThroughputAtEqualLatency() {
    assertThat(throughput("0.0825")).isZero();

    assertThat(console.out()).contains("is at most 0.0825 s").doesNotContain("load 1 (");
    // quick: 5.5 × (load + 0.1) / 100 is 0.0825 s at load 1.4; a third of that less 0.1 is today's.
    assertThat(loadOf("quick")).isCloseTo(1.4, within(0.03));
    assertThat(loadOf("engine-fcfs")).isCloseTo(0.4, within(0.01));
  }

  @Test
  void saysWhatItExpectsOfASearch() {
    throughput("0.0825");

    // Lines break where they are full.
    assertThat(console.out().replace('\n', ' '))
        .contains("Expected: policies that serve short programs first");
  }

  @Test
  void saysThatNoLoadMeetsTheTarget() {
    throughput("0.0001");

    assertThat(console.out()).containsPattern("quick +prefix-aware +none\n");
  }

  @Test
  void printsOneObjectPerPolicyAndNothingElse() throws IOException {
    throughput("0.0825", "--json");

    var today = console.objects().getFirst();
    var quick = console.objects().get(1);
    assertThat(console.objects()).hasSize(3);
    assertThat(today.get("policy").textValue()).isEqualTo("engine-fcfs");
    assertThat(today.get("times_today").doubleValue()).isEqualTo(1);
    assertThat(quick.get("target_latency_s").doubleValue()).isEqualTo(0.0825);
    assertThat(quick.get("load").doubleValue()).isCloseTo(1.4, within(0.03));
    assertThat(quick.get("mean_token_latency_s").doubleValue()).isLessThanOrEqualTo(0.0825);
    // Nine intervals between ten arrivals, a second apart.
    assertThat(quick.get("programs_per_s").doubleValue()).isEqualTo(1, within(1e-9));
    assertThat(quick.get("is_lower_bound").booleanValue()).isFalse();
    assertThat(quick.get("simulated").textValue()).contains("the highest load from 0.05 to 8");
    assertThat(quick.get("expected").textValue()).startsWith("Expected: ");
  }

  @Test
  void leavesOutWhatASearchThatFoundNothingHasNot() throws IOException {
    throughput("0.0001", "--json");

    assertThat(console.objects().get(1).fieldNames())
        .toIterable()
        .contains("policy", "seeds", "is_lower_bound")
        .doesNotContain("load", "programs_per_s", "times_today", "kv_hit_rate");
  }

  /// Ten programs arrive within 9 s. At load 8 quick takes 5.5 × 8.1 s, and 0.45 s per token; today's
  /// practice takes 16.5 × 3 s at load 2.9, and 0.5 s per token.
  @Test
  void saysWhereProgramsAreTooFewForTheLoadThatIsFound() {
    throughput("0.5");

    assertThat(console.out().replaceAll("\\s+", " "))
        .contains("quick prefix-aware ≥8.00 ")
        .containsPattern("At load 2.9\\d*, 8 all programs come in less time than one takes");
  }

  @Test
  void saysNothingOfABurstWhereProgramsEndWhileOthersCome() {
    throughput("0.0825");

    // At load 1.4 quick takes 8.25 s.
    assertThat(console.out()).doesNotContain("all programs come");
  }

  /// Whether or not there is such a load.
  @ParameterizedTest
  @ValueSource(strings = {"5", "0.0001"})
  void saysHowManyProgramsNoEngineCouldHold(String target) throws IOException {
    throughput(target, "--json", "--programs=4", "--declared=0.5,1");
    throughput(target, "--programs=4");

    assertThat(console.out().replaceAll("\\s+", " ")).contains("no engine can hold them: 6");
    var search = new ObjectMapper().readTree(console.out().lines().findFirst().orElseThrow());
    assertThat(search.get("refused").intValue()).isEqualTo(6);
    assertThat(search.get("scaled").intValue()).isEqualTo(1);
    assertThat(search.get("declared_share").doubleValue()).isEqualTo(0.5);
    assertThat(search.get("declared_error").doubleValue()).isEqualTo(1);
  }

  @Test
  void writesEveryPolicyToACsvFile() throws IOException {
    var file = folder.resolve("throughput.csv");

    throughput("0.0825", "--csv=" + file);

    var lines = Files.readAllLines(file);
    assertThat(lines).hasSize(1 + 3);
    assertThat(lines.getFirst()).startsWith("policy,placement,target_latency_s,engines,");
    assertThat(lines.get(2)).startsWith("quick,prefix-aware,0.0825,4,A100-8B,chat,1,");
    assertThat(console.out()).contains("quick ");
  }

  private int throughput(String targetSeconds, String... more) {
    var arguments = new String[4 + more.length];
    arguments[0] = "throughput";
    arguments[1] = "--workload=chat";
    arguments[2] = "--seeds=1";
    arguments[3] = "--target-latency=" + targetSeconds;
    System.arraycopy(more, 0, arguments, 4, more.length);
    return console.simulate(arguments);
  }

  private double loadOf(String policy) {
    var row = console.out().lines().filter(line -> line.startsWith(policy + " ")).toList();
    return Double.parseDouble(row.getFirst().split(" +", -1)[2]);
  }
}
