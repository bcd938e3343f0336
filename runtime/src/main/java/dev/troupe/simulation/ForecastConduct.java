package dev.troupe.simulation;

import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Forecasts;
import dev.troupe.schedule.Warmth;

/// Least Gittins rank first, by what programs of the same class needed before.
final class ForecastConduct implements Conduct {

  private final Forecasts forecasts = new Forecasts();
  private final CallQueue queue;

  ForecastConduct(Policy.Surroundings around) {
    var programs = around.programs();
    this.queue =
        new RankedQueue((waiting, _) -> {
          var program = programs.of(waiting.call().program());
          return forecasts.rank(classOf(program), program.record().standing().attainedNanos());
        });
  }

  @Override
  public CallQueue queue(Warmth warmth) {
    return queue;
  }

  @Override
  public void over(ProgramRun program, long nowNanos) {
    forecasts.ended(classOf(program), program.record().standing().attainedNanos());
  }

  private static long classOf(ProgramRun program) {
    var prompt = program.trace().calls().getFirst().prompt();
    return prompt.length() > 0 ? prompt.first(0) : 0;
  }
}
