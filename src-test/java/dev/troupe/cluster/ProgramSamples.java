package dev.troupe.cluster;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.Standing;
import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Programs as their actors would describe them.
final class ProgramSamples {

  private ProgramSamples() {}

  static Program.Id id(String program) {
    return new Program.Id(new Tenant("acme"), program);
  }

  /// A program whose standing is that of so many ended calls of one second each.
  static ProgramView program(String id, long endedCalls) {
    long attainedNanos = endedCalls * 1_000_000_000L;
    return new ProgramView(
        id(id),
        ProgramView.State.IDLE,
        Optional.of(id("parent")),
        "x-program-id",
        Map.of("team", "search"),
        new Standing(attainedNanos, attainedNanos / 2, 7, endedCalls),
        true,
        false,
        5_000,
        3_000,
        Optional.of(1_000L),
        endedCalls,
        endedCalls,
        0,
        100 * endedCalls,
        90 * endedCalls,
        10 * endedCalls,
        List.of(new EngineId("engine-1"), new EngineId("engine-2")),
        List.of(),
        2,
        OptionalInt.of(9),
        0);
  }

  /// The same with ended calls that others may name as parents.
  static ProgramView programWithCalls(String id, int calls) {
    return programWithOpenCalls(id, calls, 0);
  }

  /// The same with calls that have not ended, before the others.
  static ProgramView programWithOpenCalls(String id, int endedCalls, int openCalls) {
    var program = program(id, endedCalls);
    return new ProgramView(
        program.id(),
        program.state(),
        program.parent(),
        program.source(),
        program.metadata(),
        program.standing(),
        program.isMultithreaded(),
        program.isPromoted(),
        program.ageNanos(),
        program.sinceArrivalNanos(),
        program.sinceCompletionNanos(),
        program.totalCalls(),
        program.completedCalls(),
        program.failedCalls(),
        program.promptTokens(),
        program.cachedTokens(),
        program.outputTokens(),
        program.engines(),
        Stream.concat(
                IntStream.range(0, openCalls).mapToObj(ProgramSamples::openCall),
                IntStream.range(0, endedCalls).mapToObj(ProgramSamples::call))
            .toList(),
        program.priority(),
        program.remainingCalls(),
        program.cancelledCalls());
  }

  private static CallView openCall(int number) {
    return new CallView(
        new Call.Id("open-" + number),
        CallState.RUNNING,
        List.of(),
        9_000_000_000L,
        4_000_000L,
        1_000_000_000L,
        0,
        Optional.empty(),
        Usage.NONE,
        Optional.empty(),
        false);
  }

  private static CallView call(int number) {
    return new CallView(
        new Call.Id("0e8f2d6c-7a51-4c55-b1a7-%012d".formatted(number)),
        CallState.COMPLETED,
        number == 0
            ? List.of()
            : List.of(new Call.Id("0e8f2d6c-7a51-4c55-b1a7-%012d".formatted(number - 1))),
        9_000_000_000L,
        4_000_000L,
        1_000_000_000L,
        number * 1_000_000_000L,
        Optional.of(2),
        new Usage(12_000, 11_000, 300),
        Optional.of(new EngineId("engine-1")),
        false);
  }
}
