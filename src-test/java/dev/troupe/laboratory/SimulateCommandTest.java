package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.laboratory.page.WellFormed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `simulate` and its subcommands, over a bench whose results are known beforehand.
class SimulateCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void runsWithNothingButAWorkload() {
    assertThat(simulate("--workload", "chat")).isZero();

    assertThat(out.toString())
        .contains("the programs of chat", "on 4 engines of profile A100-8B", "Expected:")
        .contains("\nquick ");
  }

  @Test
  void saysWhatItExpectsBeforeAnyResult() {
    simulate("--workload", "chat");

    assertThat(out.toString().indexOf("Expected:")).isLessThan(out.toString().indexOf("\nquick "));
  }

  @Test
  void printsOneObjectPerRunInOrderAndNothingElse() throws IOException {
    assertThat(
            simulate(
                "--json",
                "--workload=chat",
                "--policy=engine-fcfs,quick",
                "--placement=round-robin,prefix-aware",
                "--load=0.8,0.5",
                "--seeds=2",
                "--threads=3",
                "--engines=8xH100-8B"))
        .isZero();

    var order = new ArrayList<String>();
    for (var run : objects()) {
      order.add(
          run.get("policy").textValue().charAt(0)
              + run.get("placement").textValue().substring(0, 1)
              + run.get("load")
              + run.get("seed"));
    }
    assertThat(order)
        .containsExactly(
            "er0.81", "er0.82", "er0.51", "er0.52", "ep0.81", "ep0.82", "ep0.51", "ep0.52",
            "qr0.81", "qr0.82", "qr0.51", "qr0.52", "qp0.81", "qp0.82", "qp0.51", "qp0.52");
  }

  @Test
  void namesItsFieldsAsOtherToolsReadThem() throws IOException {
    simulate("--json", "--workload=chat", "--seeds=1", "--load=0.9");

    var run = objects().getFirst();
    assertThat(run.fieldNames())
        .toIterable()
        .startsWith(
            "policy",
            "placement",
            "load",
            "engines",
            "seed",
            "programs",
            "mean_response_s",
            "p50_response_s",
            "p95_response_s",
            "p99_response_s",
            "mean_token_latency_s",
            "programs_per_s",
            "kv_hit_rate",
            "preemptions",
            "jain",
            "max_waiting_to_service");
    assertThat(run.get("engines").isInt()).isTrue();
    assertThat(run.get("profile").textValue()).isEqualTo("A100-8B");
    // Load 0.9 and seed 1: programs take 1 to 10 s, of 100 tokens each; 4 of 10 steps are waiting.
    assertThat(run.get("mean_response_s").doubleValue()).isEqualTo(5.5, within(1e-9));
    assertThat(run.get("mean_token_latency_s").doubleValue()).isEqualTo(0.055, within(1e-9));
    // First arrival at 1 s, last end at 20 s.
    assertThat(run.get("programs_per_s").doubleValue()).isEqualTo(10.0 / 19, within(1e-9));
    assertThat(run.get("kv_hit_rate").doubleValue()).isEqualTo(0.25, within(1e-9));
    assertThat(run.get("max_waiting_to_service").doubleValue()).isEqualTo(4.0 / 3, within(1e-6));
  }

  @Test
  void leavesArrivalsAsRecordedWithoutSeeds() throws IOException {
    simulate("--json", "--workload=chat", "--seeds=0");

    assertThat(objects()).hasSize(1);
    assertThat(objects().getFirst().get("seed").intValue()).isZero();
  }

  @Test
  void comparesAllPoliciesWithTodaysPractice() {
    assertThat(simulate("compare", "--workload", "chat", "--load", "0.5", "--seeds", "3")).isZero();

    var rows =
        out.toString()
            .lines()
            .filter(line -> line.matches("(engine|quick|a<b).* [0-9.]+"))
            .toList();
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0)).startsWith("engine-fcfs ").endsWith(" 1.00");
    assertThat(rows.get(1)).startsWith("quick ").endsWith(" 3.00");
  }

  @Test
  void givesEachPolicyItsOwnPlacementUnlessOneIsNamed() throws IOException {
    simulate("compare", "--json", "--workload=chat", "--load=0.5", "--seeds=1");
    simulate(
        "compare",
        "--json",
        "--workload=chat",
        "--load=0.5",
        "--seeds=1",
        "--placement=round-robin");

    assertThat(objects().stream().map(run -> run.get("placement").textValue()))
        .containsExactly(
            "prefix-aware",
            "prefix-aware",
            "round-robin",
            "round-robin",
            "round-robin",
            "round-robin");
  }

  @Test
  void comparesThePolicyThatShipsWithItselfWithoutEachOfItsIdeas() throws IOException {
    simulate("compare", "--ablation", "--json", "--workload=chat", "--load=0.5", "--seeds=1");

    assertThat(objects().stream().map(run -> run.get("policy").textValue()))
        .containsExactly("engine-fcfs", "quick", "without-haste");
  }

  @Test
  void showsMedianAndRangeOfTheSeeds() {
    simulate("--workload", "chat", "--load", "0.9", "--seeds", "3");

    // 5.5 × (0.9 + seed / 10) for seeds 1, 2 and 3.
    assertThat(out.toString()).contains(" 6.05 (5.50–6.60) ");
  }

  @Test
  void fitsATerminalOf120Columns() {
    simulate(
        "compare",
        "--workload=chat",
        "--placement=prefix-aware,round-robin",
        "--load=0.55,1.25",
        "--programs=9000");

    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 120);
  }

  @Test
  void setsRowsOfEqualLoadBesideEachOther() {
    simulate("compare", "--workload=chat", "--load=1,0.5", "--policy=quick");

    var rows = out.toString().lines().filter(line -> line.matches("(engine|quick).*")).toList();
    assertThat(rows.stream().map(row -> row.replaceFirst("^(\\S+ +\\S+).*", "$1")))
        .containsExactly(
            "engine-fcfs  0.5", "quick        0.5", "engine-fcfs    1", "quick          1");
  }

  @Test
  void writesEveryRunToACsvFile() throws IOException {
    var file = folder.resolve("runs.csv");

    simulate("compare", "--workload=chat", "--load=0.5", "--seeds=2", "--csv=" + file);

    var lines = Files.readAllLines(file);
    assertThat(lines).hasSize(1 + 3 * 2);
    assertThat(lines.getFirst()).startsWith("policy,placement,load,engines,seed,programs,");
    assertThat(lines.get(5)).startsWith("\"a<b>&\"\"c\"\"\",round-robin,0.5,4,1,10,");
    assertThat(errors.toString()).contains("simulated 6 of 6 runs");
  }

  @Test
  void drawsAPageOfItsOwn() throws IOException {
    var file = folder.resolve("page.html");

    assertThat(simulate("compare", "--workload=chat", "--seeds=2", "--html=" + file)).isZero();

    var page = Files.readString(file);
    var text = WellFormed.document(page).getDocumentElement().getTextContent();
    assertThat(text)
        .contains("engine-fcfs", "quick", "a<b>&\"c\"", "Simulated: ", "Expected: ")
        .contains("./simulate compare --workload=chat --seeds=2 --html=")
        .contains("program <9> took")
        .contains("At load 1, over all programs and seeds");
    assertThat(page).doesNotContain("NaN", "Infinity");
  }

  @Test
  void drawsAPageOfOneRun() throws IOException {
    var file = folder.resolve("page.html");

    simulate("--workload=chat", "--programs=1", "--seeds=0", "--load=2", "--html=" + file);

    var page = Files.readString(file);
    assertThat(WellFormed.document(page).getElementsByTagName("polyline").getLength()).isEqualTo(6);
    assertThat(page).doesNotContain("NaN", "Infinity");
  }

  @Test
  void findsTheThroughputAtEqualLatency() {
    assertThat(simulate("throughput", "--workload=chat", "--target-latency=0.0825", "--seeds=1"))
        .isZero();

    assertThat(out.toString()).contains("is at most 0.0825 s").doesNotContain("load 1 (");
    // quick: 5.5 × (load + 0.1) / 100 is 0.0825 s at load 1.4; a third of that less 0.1 is today's.
    assertThat(loadOf("quick")).isCloseTo(1.4, within(0.03));
    assertThat(loadOf("engine-fcfs")).isCloseTo(0.4, within(0.01));
  }

  @Test
  void saysThatNoLoadMeetsTheTarget() {
    simulate("throughput", "--workload=chat", "--target-latency=0.0001", "--seeds=1");

    assertThat(out.toString()).containsPattern("quick +prefix-aware +none\n");
  }

  @Test
  void listsWhatThereIsToChooseFrom() {
    assertThat(simulate("list")).isZero();

    assertThat(out.toString())
        .contains("  engine-fcfs  today\n", "  round-robin ", "  H100-8B ", "  chat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seeds=1                               | give either --trace FILE or --workload NAME
          --workload=chat --trace=b.jsonl         | give either --trace FILE or --workload NAME
          --trace=bad.jsonl                       | bad.jsonl:3: a call's parent does not exist
          --workload=huge                         | no program fits an engine of profile A100-8B
          --workload=chet                         | no workload named chet; there are chat, huge
          --workload=chat --policy=best           | no policy named best
          --workload=chat --placement=best        | no placement named best
          --workload=chat --engines=4             | --engines: expected number and profile
          --workload=chat --engines=4xB100        | no profile of engines named B100
          --workload=chat --load=0                | --load: expected more than 0
          --workload=chat --load=fast             | Invalid value for option '--load'
          --workload=chat --seeds=-1              | --seeds: expected 0 or more
          --workload=chat --programs=0            | --programs: expected at least 1
          --workload=chat --threads=0             | --threads: expected at least 1
          --workload=chat --split=third           | Invalid value for option '--split'
          --workload=chat --csv=/nowhere/runs.csv | --csv: cannot write /nowhere/runs.csv
          --workload=chat --plicy=fcfs            | Unknown option: '--plicy=fcfs'
          throughput --workload=chat              | Missing required option: '--target-latency=SECONDS'
          """)
  void refusesInOneLineBeforeAnyResult(String arguments, String reason) {
    var json = arguments.startsWith("throughput") ? "" : " --json";

    assertThat(simulate((arguments + json).split(" "))).isEqualTo(2);

    assertThat(out.toString()).isEmpty();
    var refusals = errors.toString().lines().filter(line -> line.startsWith("troupe: ")).toList();
    assertThat(refusals).singleElement().asString().contains(reason);
  }

  private double loadOf(String policy) {
    var row = out.toString().lines().filter(line -> line.startsWith(policy + " ")).toList();
    return Double.parseDouble(row.getFirst().split(" +", -1)[2]);
  }

  private int simulate(String... arguments) {
    return SimulateCommand.commandLine(new TestBench())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }

  private List<JsonNode> objects() throws IOException {
    var objects = new ArrayList<JsonNode>();
    for (var line : out.toString().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }
}
