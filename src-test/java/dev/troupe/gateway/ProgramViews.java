package dev.troupe.gateway;

import dev.troupe.actor.ProgramActor;
import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.util.List;
import java.util.Optional;

/// A program in the middle of its work, as its actor would tell.
final class ProgramViews {

  private ProgramViews() {}

  static ProgramView of(Program.Id program, ProgramActor.Open open) {
    var first = new Call.Id("one@0000000000000000");
    return new ProgramView(
        program,
        ProgramView.State.RUNNING,
        open.parent(),
        "x-program-id",
        open.metadata(),
        new Standing(2_000_000_000L, 1_500_000_000L, 500_000_000L, 1),
        open.isMultithreaded(),
        true,
        9_000_000_000L,
        1_234_567L,
        Optional.of(2_000_000L),
        2,
        1,
        0,
        100,
        60,
        40,
        List.of(new EngineId("engine-1")),
        List.of(
            new CallView(
                first,
                CallState.COMPLETED,
                List.of(),
                8_000_000_000L,
                500_000_000L,
                2_000_000_000L,
                0,
                Optional.of(1),
                new Usage(100, 60, 40),
                Optional.of(new EngineId("engine-1")),
                false),
            new CallView(
                new Call.Id("two@0000000000000000"),
                CallState.WAITING,
                List.of(first),
                1_000_000L,
                1_000_000L,
                0,
                2_000_000_000L,
                Optional.empty(),
                Usage.NONE,
                Optional.empty(),
                false)),
        open.priority().orElse(0),
        open.remainingCalls(),
        0);
  }
}
