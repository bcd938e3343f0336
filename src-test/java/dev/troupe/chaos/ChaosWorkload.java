package dev.troupe.chaos;

import dev.troupe.simulation.workload.Distribution;
import dev.troupe.simulation.workload.Generators;
import dev.troupe.simulation.workload.Oversize;
import dev.troupe.simulation.workload.ProgramTrace;
import dev.troupe.simulation.workload.TraceReader;
import dev.troupe.simulation.workload.WaitRule;
import dev.troupe.simulation.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The programs of a chaos run: recorded or generated ones, scaled to fit. Prompts and outputs are
/// divided until they fit small engines, the pauses of people and tools are cut short, and of very
/// long programs the beginning is taken.
final class ChaosWorkload {

  /// Prompt and output of the longest call.
  private static final int MOST_TOKENS = 6144;

  /// Calls of the longest program.
  private static final int MOST_CALLS = 40;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int GENERATED = 500;

  private ChaosWorkload() {}

  /// The programs, in an order drawn by the seed.
  ///
  /// @param trace a file of programs; generated ones where there is none
  /// @throws IOException when the file cannot be read
  static List<ProgramTrace> of(Optional<Path> trace, long seed) throws IOException {
    var recorded =
        trace.isPresent()
            ? new TraceReader(WaitRule.asRecorded(), seed).read(trace.get())
            : Generators.named("mixed", GENERATED, seed);
    var programs = new ArrayList<>(fitted(recorded, seed).programs());
    programs.replaceAll(ChaosWorkload::begun);
    Collections.shuffle(programs, new Random(seed));
    return List.copyOf(programs);
  }

  private static Workload fitted(Workload recorded, long seed) {
    var rule =
        new WaitRule.Capped(
            LONGEST_WAIT.toNanos(),
            new Distribution.Samples(List.of((double) LONGEST_WAIT.toNanos())));
    return Oversize.SCALE.fit(rule.applyTo(recorded, seed), MOST_TOKENS).workload();
  }

  private static ProgramTrace begun(ProgramTrace program) {
    var calls = program.calls();
    return new ProgramTrace(
        program.id(),
        program.kind(),
        program.tenant(),
        program.arrivalNanos(),
        program.blockTokens(),
        calls.subList(0, Math.min(MOST_CALLS, calls.size())));
  }
}
