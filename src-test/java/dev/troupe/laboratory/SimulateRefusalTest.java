package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateRefusalTest {

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
          --workload=chat --config=bad.conf       | --config: bad.conf: 3: unknown key troupe.haste
          throughput --workload=chat              | Missing required option: '--target-latency=SECONDS'
          """)
  void refusesInOneLineBeforeAnyResult(String arguments, String reason) {
    var console = new CommandConsole();

    assertThat(console.simulate((arguments + " --json").split(" "))).isEqualTo(2);

    assertThat(console.out()).isEmpty();
    var refusals = console.errors().lines().filter(line -> line.startsWith("troupe: ")).toList();
    assertThat(refusals).singleElement().asString().contains(reason);
  }
}
