package dev.troupe.simulation;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.Tenant;
import dev.troupe.simulation.workload.ProgramTrace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The programs that have come, and the calls of theirs that have not ended.
final class LivePrograms implements Conduct.Programs {

  private final SimulationSettings settings;
  private final Map<Program.Id, ProgramRun> programs = new HashMap<>();
  private final Map<Call.Id, CallRun> calls = new HashMap<>();
  private final List<ProgramRun> all = new ArrayList<>();

  LivePrograms(SimulationSettings settings) {
    this.settings = settings;
  }

  ProgramRun arrived(ProgramTrace trace, long nowNanos) {
    var id = new Program.Id(new Tenant(trace.tenant()), "p" + all.size());
    var program =
        new ProgramRun(
            trace,
            id,
            new ProgramRecord(id, settings.program(), nowNanos),
            new RemainingWork(trace, settings.schedule().prices()));
    all.add(program);
    programs.put(id, program);
    return program;
  }

  void issued(CallRun call) {
    call.program().issued(call);
    calls.put(call.call().id(), call);
  }

  void ended(CallRun call) {
    calls.remove(call.call().id());
  }

  void over(ProgramRun program) {
    programs.remove(program.id());
  }

  @Override
  public ProgramRun of(Program.Id program) {
    return Optional.ofNullable(programs.get(program)).orElseThrow();
  }

  @Override
  public CallRun of(Call.Id call) {
    return Optional.ofNullable(calls.get(call)).orElseThrow();
  }

  /// Of all that came, in the order of their arrival.
  List<ProgramOutcome> outcomes() {
    return all.stream().map(ProgramRun::outcome).toList();
  }
}
