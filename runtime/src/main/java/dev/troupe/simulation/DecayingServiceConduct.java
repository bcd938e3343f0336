package dev.troupe.simulation;

import dev.troupe.program.Program;
import dev.troupe.program.Usage;
import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Waiting;
import dev.troupe.schedule.Warmth;
import java.util.HashMap;
import java.util.Map;

/// Least attained service with decay, as llm-d's router has it:
///
/// ```
/// score   = 0.8 × (1 − service ÷ most service) + 0.2 × waiting ÷ most waiting
/// service = prompt + 2 × output tokens, halved every 60 s
/// ```
///
/// The highest score goes first. llm-d, [program-aware
/// fairness](https://github.com/llm-d/llm-d-router), strategy `las`.
final class DecayingServiceConduct implements Conduct {

  private static final double HALF_LIFE_NANOS = 60e9;
  private static final double SERVICE_WEIGHT = 0.8;
  private static final double WAITING_WEIGHT = 0.2;

  private final Map<Program.Id, Decaying> services = new HashMap<>();
  private final CallQueue queue = new RankedQueue(new Score());

  private record Decaying(double tokens, long atNanos) {

    double at(long nowNanos) {
      return tokens * Math.exp(-Math.log(2) * (nowNanos - atNanos) / HALF_LIFE_NANOS);
    }
  }

  @Override
  public CallQueue queue(Warmth warmth) {
    return queue;
  }

  @Override
  public void ended(CallRun call, Usage usage, long serviceNanos, long nowNanos) {
    double tokens = usage.promptTokens() + 2.0 * usage.outputTokens();
    services.merge(
        call.call().program(),
        new Decaying(tokens, nowNanos),
        (before, more) -> new Decaying(before.at(nowNanos) + more.tokens(), nowNanos));
  }

  @Override
  public void over(ProgramRun program, long nowNanos) {
    services.remove(program.id());
  }

  private double service(Waiting waiting, long nowNanos) {
    var service = services.get(waiting.call().program());
    return service == null ? 0 : service.at(nowNanos);
  }

  private final class Score implements RankedQueue.Ranking {
    private double mostService;
    private double mostWaiting;

    @Override
    public void prepare(Iterable<Waiting> all, long nowNanos) {
      mostService = 0;
      mostWaiting = 0;
      for (var waiting : all) {
        mostService = Math.max(mostService, service(waiting, nowNanos));
        mostWaiting = Math.max(mostWaiting, nowNanos - waiting.arrivalNanos());
      }
    }

    @Override
    public double rank(Waiting waiting, long nowNanos) {
      double attained = mostService == 0 ? 0 : service(waiting, nowNanos) / mostService;
      double waited = mostWaiting == 0 ? 0 : (nowNanos - waiting.arrivalNanos()) / mostWaiting;
      return -(SERVICE_WEIGHT * (1 - attained) + WAITING_WEIGHT * waited);
    }
  }
}
