package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateRefusalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --seeds=1                               | give either --trace FILE or --workload NAME
          --workload=chat --trace=b.jsonl         | give either --trace FILE or --workload NAME
          --workload=huge                         | no program of huge is left
          --workload=chet                         | --workload: no workload named chet; there are chat, huge
          --workload=chat --policy=best           | --policy: no policy named best; there are quick,
          --workload=chat --placement=best        | --placement: no placement named best; there are
          --workload=chat --engines=4             | --engines: expected number and profile
          --workload=chat --engines=4xB100        | --engines: no profile of engines named B100; there
          --workload=chat --load=0                | --load: expected more than 0
          --workload=chat --load=1e-9             | --load: at 1.0E-9 programs never meet each other
          --workload=chat --load=fast             | '--load' (LOAD): expected a number, not 'fast'
          --workload=chat --rate=0                | --rate: expected more than 0, not 0.0
          --workload=chat --rate=-2               | --rate: expected more than 0, not -2.0
          --workload=chat --rate=NaN              | --rate: expected more than 0, not NaN
          --workload=chat --rate=1e999            | --rate: expected more than 0, not Infinity
          --workload=chat --rate=1,1e-9           | --rate: at 1.0E-9 programs per second, of 4 that
          --workload=chat --rate=2/s              | (PROGRAMS_PER_SECOND): expected a number, not '2/s', or recorded
          --workload=chat --rate=recorded         | --rate: recorded asks for a trace, with two programs or
          --workload=chat --rate=2 --load=1       | --load and --rate both say how fast programs come
          compare --workload=chat --rate=0        | --rate: expected more than 0, not 0.0
          throughput --workload=chat --target-latency=1 --rate=2 | Unknown option: '--rate=2' (see
          --workload=chat --seeds=-1              | --seeds: expected 0 or more
          --workload=chat --seeds=1.5             | '--seeds': expected a whole number below 2 billion
          --workload=chat --programs=0            | --programs: expected at least 1
          --workload=chat --threads=0             | --threads: expected at least 1
          --workload=chat --split=third           | Invalid value for option '--split'
          --workload=chat --csv=/nowhere/runs.csv | cannot write /nowhere/runs.csv: there is no folder
          --workload=chat --html=/                | --html: cannot write /: it is a folder
          --workload=chat --polciy=fcfs           | Unknown option: '--polciy=fcfs'; did you mean --policy? (see ./simulate --help)
          --workload=chat --polciy fcfs           | Unknown options: '--polciy', 'fcfs'; did you mean --policy? (see
          --workload=chat --frobnicate            | Unknown option: '--frobnicate' (see ./simulate --help)
          compare --workload=chat --ablatoin      | '--ablatoin'; did you mean --ablation? (see ./simulate compare --help)
          comapre --workload=chat                 | at index 0: 'comapre'; did you mean compare? (see ./simulate --help)
          throughptu --target-latency=1 --workload=chat | did you mean throughput?
          frobnicate --workload=chat              | at index 0: 'frobnicate' (see ./simulate --help)
          --workload=chat --config=bad.conf       | --config: bad.conf: 3: unknown key troupe.haste
          --workload chat compare                 | options come after 'compare': ./simulate compare --workload chat --json
          --workload=chat --seeds=1 compare --load=1 | 'compare': ./simulate compare --workload=chat --seeds=1 --load=1 --json
          --workload=chat throughput --target-latency=1 | ./simulate throughput --workload=chat --target-latency=1 --json
          throughput --workload=chat --target-latency=0 | expected more than 0 seconds, not 0.0
          throughput --workload=chat              | Missing required option: '--target-latency=SECONDS'
          """)
  void refusesInOneLineAndSaysNothingElse(String arguments, String reason) {
    var console = new CommandConsole();

    assertThat(console.simulate((arguments + " --json").split(" "))).isEqualTo(2);

    assertThat(console.out()).isEmpty();
    assertThat(console.errors().lines())
        .singleElement()
        .asString()
        .startsWith("troupe: ")
        .contains(reason);
  }

  @Test
  void anOptionBeforeListIsRefusedToo() {
    var console = new CommandConsole();

    assertThat(console.simulate("--workload=chat", "list")).isEqualTo(2);

    assertThat(console.out()).isEmpty();
    assertThat(console.errors()).startsWith("troupe: options come after 'list': ./simulate list ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--trace=bad.jsonl",
        "--trace=bad.jsonl --rate=2",
        "compare --trace=bad.jsonl",
        "throughput --trace=bad.jsonl --target-latency=1"
      })
  void refusesATraceInALineForEachThingToCorrectAndSaysNothingElse(String arguments) {
    var console = new CommandConsole();

    assertThat(console.simulate((arguments + " --json").split(" "))).isEqualTo(2);

    assertThat(console.out()).isEmpty();
    assertThat(console.errors().lines())
        .containsExactly(
            "troupe: bad.jsonl:3: a call's parent does not exist", "troupe: bad.jsonl:7: not JSON");
  }
}
