package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.laboratory.page.WellFormed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `simulate` and its subcommands, over a bench whose results are known beforehand.
class SimulateCommandTest {

  @TempDir private Path folder;

  private final CommandConsole console = new CommandConsole();

  @Test
  void runsWithNothingButAWorkload() {
    assertThat(console.simulate("--workload", "chat")).isZero();

    assertThat(console.out())
        .contains("the programs of chat", "on 4 engines of profile A100-8B", "Expected:")
        .contains("\nquick ");
  }

  @Test
  void saysWhatItExpectsBeforeAnyResult() {
    console.simulate("--workload", "chat");

    assertThat(console.out().indexOf("Expected:")).isLessThan(console.out().indexOf("\nquick "));
  }

  @Test
  void printsOneObjectPerRunInOrderAndNothingElse() throws IOException {
    assertThat(
            console.simulate(
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
    for (var run : console.objects()) {
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

  /// Each contender has had a run before the second ones, in which its code is compiled.
  @Test
  void runsBeginByTheirSeeds() {
    console.simulate("--workload=chat", "--policy=quick,engine-fcfs", "--seeds=2", "--threads=1");

    assertThat(console.errors().lines().filter(line -> line.startsWith("simulated ")))
        .extracting(line -> line.replaceAll(".*\\((\\S+),.*(seed \\d).*", "$1 $2"))
        .containsExactly(
            "quick seed 1", "engine-fcfs seed 1", "quick seed 2", "engine-fcfs seed 2");
  }

  @Test
  void namesItsFieldsAsOtherToolsReadThem() throws IOException {
    console.simulate("--json", "--workload=chat", "--seeds=1", "--load=0.9");

    var run = console.objects().getFirst();
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
  void givesEveryMeasureOfARun() throws IOException {
    console.simulate("--json", "--workload=chat", "--seeds=1", "--load=0.9");

    var run = console.objects().getFirst();
    // Each of 10 programs computed 20 tokens again, and preempted calls 500, of 4,000.
    assertThat(run.get("reprefilled_tokens").intValue()).isEqualTo(10 * 20 + 500);
    assertThat(run.get("makespan_s").doubleValue()).isEqualTo(19, within(1e-9));
    for (var share : new String[] {"p50", "p95", "p99", "max"}) {
      assertThat(run.get(share + "_waiting_to_service").doubleValue())
          .isEqualTo(4.0 / 3, within(1e-6));
    }
    assertThat(run.get("decision_us").doubleValue()).isEqualTo(1, within(1e-9));
  }

  /// Percentiles of one measure are named once: `p50_…`.
  @ParameterizedTest
  @ValueSource(strings = {"--trace=mine.jsonl", "throughput --trace=mine.jsonl --target-latency=5"})
  void everyFieldIsInTheDocuments(String command) throws IOException {
    var documented = Files.readString(Path.of("../docs/simulation.md"));

    console.simulate((command + " --json --seeds=1 --declared=1").split(" "));

    assertThat(console.objects().getFirst().fieldNames())
        .toIterable()
        .allMatch(name ->
            documented.contains("`" + name + "`")
                || documented.contains("`" + name.replaceFirst("_.*", "_…`")));
  }

  @Test
  void showsEveryMeasureInTheTables() {
    console.simulate("--workload=chat", "--seeds=1", "--load=0.9");

    // 700 tokens of 4,000 again; waiting ÷ service; a microsecond per decision.
    assertThat(console.out())
        .containsPattern("filled +pre- +wait÷ +wait÷ +wait÷ +wait÷ +µs per\n")
        .containsPattern("quick +25% +18% +3 +1.33 +1.33 +1.33 +1.33 +1.00 +1.00\n");
  }

  @Test
  void everyResultSaysWhatWasSimulatedAndExpected() throws IOException {
    console.simulate("compare", "--json", "--ablation", "--workload=chat", "--load=0.5");

    assertThat(console.objects())
        .allSatisfy(run -> {
          assertThat(run.get("simulated").textValue())
              .startsWith("Simulated: the programs of chat")
              .contains("; settings: defaults; load 0.5");
          assertThat(run.get("expected").textValue()).contains("without any of its ideas");
        });
    assertThat(console.errors().lines().findFirst().orElseThrow()).startsWith("Simulated: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "compare", "throughput --target-latency=5"})
  void saysWhatWasReadBeforeWhatItExpects(String command) {
    console.simulate((command + " --trace=mine.jsonl --seeds=1").strip().split(" "));

    assertThat(console.out()).contains("\nRead: ", "\nExpected: ");
    assertThat(console.out().replace('\n', ' '))
        .contains(
            " Read: 10 programs of 2 tenants, 40 calls; they came within 3 s, 3 per second in the mean,"
                + " idle times included. Expected: ");
  }

  @Test
  void everyResultOfATraceSaysWhatWasRead() throws IOException {
    var file = folder.resolve("page.html");
    var read = "Read: 4 programs of 2 tenants, 16 calls, and 6 programs that no engine can hold; ";

    console.simulate("--trace=mine.jsonl", "--programs=4", "--seeds=1", "--json", "--html=" + file);

    assertThat(console.objects().getFirst().get("read").textValue()).startsWith(read);
    assertThat(Files.readString(file)).contains(read);
  }

  @Test
  void nothingIsReadWhereProgramsAreGenerated() throws IOException {
    console.simulate("--workload=chat", "--seeds=1", "--json");

    assertThat(console.objects().getFirst().has("read")).isFalse();
    assertThat(console.errors()).doesNotContain("Read: ");
  }

  @Test
  void takesTheSettingsOfAFile() throws IOException {
    console.simulate("--json", "--workload=chat", "--seeds=0", "--config=mine.conf");

    assertThat(console.objects().getFirst().get("simulated").textValue())
        .contains("; settings: mine.conf;");
  }

  @Test
  void leavesArrivalsAsRecordedWithoutSeeds() throws IOException {
    console.simulate("--json", "--workload=chat", "--seeds=0");

    assertThat(console.objects()).hasSize(1);
    assertThat(console.objects().getFirst().get("seed").intValue()).isZero();
  }

  @Test
  void comparesAllPoliciesWithTodaysPractice() {
    assertThat(console.simulate("compare", "--workload", "chat", "--load", "0.5", "--seeds", "3"))
        .isZero();

    var rows =
        console.out().lines().filter(line -> line.matches("(engine|quick|a<b).* [0-9.]+")).toList();
    // A table of how soon, and one of why.
    assertThat(rows).hasSize(2 * 3);
    assertThat(rows.get(0)).startsWith("engine-fcfs ").endsWith(" 1.00");
    assertThat(rows.get(1)).startsWith("quick ").endsWith(" 3.00");
  }

  @Test
  void concludesBehindTheTablesOfAComparison() {
    console.simulate("compare", "--workload=chat", "--load=0.5,1", "--seeds=3");
    console.simulate("--workload=chat", "--policy=quick,engine-fcfs", "--seeds=3");

    // Both take longer the higher the load; 5.5 × (load + 0.2) s in the median.
    assertThat(console.out().replaceAll("\\s+", " "))
        .containsOnlyOnce("At load 0.5 quick has the lowest mean response, 3.85 s, 3.00 times as")
        .containsOnlyOnce(
            "At load 1 quick has the lowest mean response, 6.60 s, 3.00 times as fast")
        .doesNotContain("At load 0.8");
  }

  @Test
  void givesEachPolicyItsOwnPlacementUnlessOneIsNamed() throws IOException {
    console.simulate("compare", "--json", "--workload=chat", "--load=0.5", "--seeds=1");
    console.simulate(
        "compare",
        "--json",
        "--workload=chat",
        "--load=0.5",
        "--seeds=1",
        "--placement=round-robin");

    assertThat(console.objects().stream().map(run -> run.get("placement").textValue()))
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
    console.simulate(
        "compare", "--ablation", "--json", "--workload=chat", "--load=0.5", "--seeds=1");

    assertThat(console.objects().stream().map(run -> run.get("policy").textValue()))
        .containsExactly("engine-fcfs", "quick", "without-haste");
  }

  /// Four engines serve four programs a second.
  @ParameterizedTest
  @ValueSource(strings = {"", "compare "})
  void aRateIsTheLoadThatItMakes(String command) throws IOException {
    console.simulate((command + "--json --workload=chat --seeds=1 --rate=2,3,2").split(" "));
    console.simulate((command + "--json --workload=chat --seeds=1 --load=0.5,0.75").split(" "));

    var runs = console.objects();
    var byRate = runs.subList(0, runs.size() / 2);
    assertThat(byRate.stream().map(SimulateCommandTest::measured))
        .isEqualTo(
            runs.subList(runs.size() / 2, runs.size()).stream()
                .map(SimulateCommandTest::measured)
                .toList());
    assertThat(byRate.getFirst().get("load").doubleValue()).isEqualTo(0.5);
    assertThat(byRate.getFirst().get("simulated").textValue())
        .contains("; 2, 3 programs per second, which is load 0.5, 0.75 (1: programs come as fast");
  }

  /// The test's traces came three a second.
  @Test
  void aRateMayBeTheRecordedOne() throws IOException {
    console.simulate("--json --trace=mine.jsonl --seeds=1 --rate=2,recorded".split(" "));
    console.simulate("--json --trace=mine.jsonl --seeds=1 --rate=2,3".split(" "));

    // The recording is a result too.
    var runs = console.objects();
    assertThat(runs).hasSize(2 + 1 + 2);
    assertThat(runs.subList(0, 2)).isEqualTo(runs.subList(3, 5));
  }

  /// Ten programs of 1 to 10 s: between the fifth and the sixth, and so on.
  @Test
  void setsWhatWasRecordedBesideWhatIsSimulated() throws IOException {
    var file = folder.resolve("page.html");

    console.simulate(
        ("compare --trace=mine.jsonl --seeds=1 --policy=quick --rate=2,recorded --html=" + file)
            .split(" "));

    assertThat(console.out())
        .containsOnlyOnce("\nrecorded ")
        .containsPattern(
            "\nAt load 0.75, .*:\nrecorded +5.50 +5.50 +9.55 +9.91\nengine-fcfs .*\nquick ");
    assertThat(console.out().replace('\n', ' '))
        .contains("Recorded: what these programs took on the engines");
    assertThat(Files.readString(file))
        .contains("Recorded: what these programs took on the engines", ">recorded<", ">9.91<");
  }

  @Test
  void theRecordingIsOneResultMore() throws IOException {
    console.simulate("--json --trace=mine.jsonl --seeds=2 --rate=recorded".split(" "));

    var recorded = console.objects().getLast();
    assertThat(console.objects()).hasSize(2 + 1);
    assertThat(recorded.get("policy").textValue()).isEqualTo("recorded");
    assertThat(recorded.get("load").doubleValue()).isEqualTo(0.75);
    assertThat(recorded.get("p95_response_s").doubleValue()).isEqualTo(9.55, within(1e-9));
    assertThat(recorded.get("max_response_s").doubleValue()).isEqualTo(10);
    assertThat(recorded.fieldNames())
        .toIterable()
        .containsExactly(
            "policy",
            "load",
            "programs",
            "mean_response_s",
            "p50_response_s",
            "p95_response_s",
            "p99_response_s",
            "workload",
            "calls",
            "max_response_s",
            "simulated",
            "read",
            "expected");
  }

  /// Programs that come faster or slower than they did say nothing of how soon they were served.
  @ParameterizedTest
  @ValueSource(strings = {"--trace=mine.jsonl --rate=2", "--trace=mine.jsonl", "--workload=chat"})
  void nothingIsRecordedOfOtherRates(String arguments) {
    console.simulate((arguments + " --seeds=1").split(" "));

    assertThat(console.out()).contains("\nquick ").doesNotContain("\nrecorded ", "Recorded:");
  }

  /// All but the words.
  private static JsonNode measured(JsonNode run) {
    return ((ObjectNode) run.deepCopy()).without(List.of("simulated", "expected"));
  }

  @Test
  void programsSayHowLongTheyAreWhereThatIsWanted() throws IOException {
    console.simulate("--json", "--workload=chat", "--seeds=1", "--declared=0.25,1");
    console.simulate("--json", "--workload=chat", "--seeds=1", "--declared=1");
    console.simulate("--json", "--workload=chat", "--seeds=1");
    console.simulate("--json", "--workload=chat", "--seeds=1", "--declared=0,5");

    var runs = console.objects();
    assertThat(runs.stream().map(run -> run.get("declared_share").doubleValue()))
        .containsExactly(0.25, 1.0, 0.0, 0.0);
    assertThat(runs.stream().map(run -> run.get("declared_error").doubleValue()))
        .containsExactly(1.0, 0.0, 0.0, 5.0);
    assertThat(runs.get(0).get("simulated").textValue())
        .contains("25.0 % of programs say how many calls they still make, with an error of 1.0");
    assertThat(runs.get(1).get("simulated").textValue()).contains("all of programs say");
    assertThat(runs.get(2).get("simulated").textValue()).doesNotContain("how many calls");
    assertThat(runs.get(3).get("simulated").textValue()).contains("no program says how many calls");
  }

  /// Ten programs arrive within 9 s. At load 0.9 and seed 1 they take 5.5 s in the mean, under today's
  /// practice thrice as long; at load 1.9 they take 11 s at best.
  @Test
  void saysWhereProgramsAreTooFewForALoad() throws IOException {
    var file = folder.resolve("page.html");
    var few = "At load 1.9 all programs come in less time than one takes in the mean";

    console.simulate("compare", "--workload=chat", "--load=0.9,1.9", "--seeds=1", "--html=" + file);

    assertThat(console.out().replaceAll("\\s+", " ")).contains(few);
    assertThat(Files.readString(file)).contains(few);
  }

  @Test
  void showsTheRateThatALoadMakes() {
    console.simulate("--workload=chat", "--load=0.9,1", "--seeds=1");

    // A program a second.
    assertThat(console.out())
        .containsPattern("\nAt load 0.9, 1.00 programs per second:\nquick ")
        .containsPattern("\nAt load 1, 1.00 programs per second:\nquick ");
  }

  @Test
  void showsNoRateOfAProgramThatComesAlone() {
    console.simulate("--workload=chat", "--programs=1", "--load=0.9,1", "--seeds=1");

    // The response: mean, p50, p95 and p99 of a program of one second.
    assertThat(console.out()).containsPattern("\nAt load 0.9:\nquick( +1.00){4} ");
  }

  /// Where a table, a page or a search leaves programs out, it says how many, and what takes them in.
  @Test
  void saysHowManyProgramsWereRefused() throws IOException {
    var file = folder.resolve("page.html");
    var left = "no engine can hold them: 6 (--oversize scale";

    console.simulate("--workload=chat", "--programs=4", "--seeds=1", "--html=" + file);
    assertThat(console.out().replaceAll("\\s+", " ")).contains(left);
    assertThat(Files.readString(file)).contains(left);

    console.simulate("throughput", "--workload=chat", "--programs=4", "--target-latency=5");
    assertThat(console.out().replaceAll("\\s+", " "))
        .containsPattern("Times more: .* Programs refused, since ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "some | expected numbers",
        "1.5 | a share is a number from 0 to 1, not 1.5",
        "-0.5 | a share is a number from 0 to 1",
        "NaN | a share is a number from 0 to 1",
        "0.5,11 | an error is a number from 0 to 10, not 11",
        "0.5,1,2 | expected SHARE or SHARE,ERROR",
        "0.5, | expected numbers"
      })
  void refusesAShareOfProgramsThatIsNone(String declared, String reason) {
    assertThat(console.simulate("--workload=chat", "--declared=" + declared)).isNotZero();

    assertThat(console.errors()).contains("--declared " + declared + ": ", reason);
    assertThat(console.out()).isEmpty();
  }

  @Test
  void theLengthsAreAblatedOnlyWhereTheyAreSaid() throws IOException {
    console.simulate(
        "compare",
        "--ablation",
        "--json",
        "--workload=chat",
        "--load=0.5",
        "--seeds=1",
        "--declared=1");

    assertThat(console.objects().stream().map(run -> run.get("policy").textValue()))
        .containsExactly("engine-fcfs", "quick", "without-haste", "without-declared");
  }

  @Test
  void showsMedianAndRangeOfTheSeeds() {
    console.simulate("--workload", "chat", "--load", "0.9", "--seeds", "3");

    // 5.5 × (0.9 + seed / 10) for seeds 1, 2 and 3.
    assertThat(console.out()).contains(" 6.05 (5.50–6.60) ");
  }

  @Test
  void fitsATerminalOf100Columns() {
    console.simulate(
        "compare",
        "--workload=chat",
        "--placement=prefix-aware,round-robin",
        "--load=0.55,1.25",
        "--programs=9000");

    assertThat(console.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void setsRowsOfEqualLoadBesideEachOther() {
    console.simulate("compare", "--workload=chat", "--load=1,0.5", "--policy=quick");

    assertThat(
            console
                .out()
                .lines()
                .filter(line -> line.matches("(At load .*:|engine-fcfs .*|quick .*)"))
                .map(line -> line.replaceFirst(",? +\\d[^:]*", "")))
        .startsWith("At load:", "engine-fcfs", "quick", "At load:", "engine-fcfs", "quick");
  }

  @Test
  void writesEveryRunToACsvFile() throws IOException {
    var file = folder.resolve("runs.csv");

    console.simulate("compare", "--workload=chat", "--load=0.5", "--seeds=2", "--csv=" + file);

    var lines = Files.readAllLines(file);
    assertThat(lines).hasSize(1 + 3 * 2);
    assertThat(lines.getFirst()).startsWith("policy,placement,load,engines,seed,programs,");
    assertThat(lines.get(5)).startsWith("\"a<b>&\"\"c\"\"\",round-robin,0.5,4,1,10,");
    assertThat(console.errors()).contains("simulated 6 of 6 runs");
  }

  @Test
  void drawsAPageOfItsOwn() throws IOException {
    var file = folder.resolve("page.html");

    assertThat(console.simulate("compare", "--workload=chat", "--seeds=2", "--html=" + file))
        .isZero();

    var page = Files.readString(file);
    var text = WellFormed.document(page).getDocumentElement().getTextContent();
    assertThat(text)
        .contains("engine-fcfs", "quick", "a<b>&\"c\"", "Simulated: ", "Expected: ")
        .contains("./simulate compare --workload=chat --seeds=2 --html=")
        .contains("At load 0.8 quick has the lowest mean response, ")
        .contains("program <9> took")
        .contains("At load 1, over all programs and seeds");
    assertThat(page).doesNotContain("NaN", "Infinity");
  }

  @Test
  void drawsAPageOfOneRun() throws IOException {
    var file = folder.resolve("page.html");

    console.simulate("--workload=chat", "--programs=1", "--seeds=0", "--load=2", "--html=" + file);

    var page = Files.readString(file);
    assertThat(WellFormed.document(page).getElementsByTagName("polyline").getLength()).isEqualTo(6);
    assertThat(page).doesNotContain("NaN", "Infinity");
  }

  @Test
  void listsWhatThereIsToChooseFrom() {
    assertThat(console.simulate("list")).isZero();

    assertThat(console.out())
        .contains("  engine-fcfs  today\n", "  round-robin ", "  H100-8B ", "  chat ");
  }

  @Test
  void listsWhatAFileAdds() {
    assertThat(console.simulate("list", "--config=mine.conf")).isZero();

    assertThat(console.out()).contains("  mine     of mine.conf\n");
  }

  @Test
  void refusesToListWithAFileThatCannotBeUsed() {
    assertThat(console.simulate("list", "--config=bad.conf")).isEqualTo(2);

    assertThat(console.out()).isEmpty();
    assertThat(console.errors()).startsWith("troupe: --config: bad.conf: 3: unknown key");
  }
}
