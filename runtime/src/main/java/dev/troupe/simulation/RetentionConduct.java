package dev.troupe.simulation;

import dev.troupe.program.Program;
import dev.troupe.program.Usage;
import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Waiting;
import dev.troupe.schedule.Warmth;
import java.util.HashMap;
import java.util.Map;

/// Programs in order of arrival, each with its KV cache kept for a time after a call, so that it is
/// still there when the tool has answered.
///
/// ```
/// time kept = argmax over t of  P(gap ≤ t) × (queueing × η + prefill of what is kept) − t
/// η         = −correlation of calls done and calls left, over ended programs
/// order     = those within their time first, then by the programs' arrival
/// ```
///
/// Gaps are learned for each kind of program, which stands in for the tool's name: traces have none.
/// Until a hundred are known, a second is kept and η is 1.
///
/// [Continuum](https://arxiv.org/abs/2511.02230), section 4. Unlike there: a call that
/// was preempted goes first by the engine's own doing; queueing is that of all calls, as a moving
/// average; the prefill of what is kept is linear in its length; a cache is no longer kept when its
/// time is over, though the next call waits already; and kept caches give way only to a call that
/// would find no memory on an otherwise idle engine.
final class RetentionConduct implements Conduct {

  private static final long COLD_START_NANOS = 1_000_000_000L;
  private static final double IN_TIME_FIRST = 1e18;

  private final long prefillNanosPerToken;
  private final Programs programs;
  private final CallQueue queue;
  private final Map<String, Gaps> gapsByKind = new HashMap<>();
  private final Gaps allGaps = new Gaps();
  private final Turns turns = new Turns();
  private final Map<Program.Id, Kept> kept = new HashMap<>();
  private double queueingNanos;

  private record Kept(long endedNanos, long untilNanos) {}

  RetentionConduct(Policy.Surroundings around) {
    this.prefillNanosPerToken = around.settings().service().prefillNanosPerToken();
    this.programs = around.programs();
    this.queue = new RankedQueue(this::rank);
  }

  @Override
  public CallQueue queue(Warmth warmth) {
    return queue;
  }

  private double rank(Waiting waiting, long nowNanos) {
    var program = waiting.call().program();
    var keep = kept.get(program);
    // A call that came in time keeps its claim while it waits.
    boolean isInTime = keep != null && waiting.arrivalNanos() <= keep.untilNanos();
    double arrival = programs.of(program).trace().arrivalNanos();
    return isInTime ? arrival - IN_TIME_FIRST : arrival;
  }

  @Override
  public boolean admits(CallRun call, long nowNanos) {
    var keep = kept.get(call.call().program());
    if (keep != null) {
      long gapNanos = nowNanos - keep.endedNanos();
      gaps(call.program()).add(gapNanos);
      allGaps.add(gapNanos);
    }
    return true;
  }

  @Override
  public void sent(CallRun call, long nowNanos) {
    double waitedNanos = nowNanos - call.readyNanos();
    queueingNanos += (waitedNanos - queueingNanos) / 100;
  }

  @Override
  public void ended(CallRun call, Usage usage, long serviceNanos, long nowNanos) {
    kept.remove(call.call().program());
  }

  @Override
  public void over(ProgramRun program, long nowNanos) {
    kept.remove(program.id());
    turns.ended(program.trace().calls().size());
  }

  @Override
  public long retainNanos(CallRun ended, long nowNanos) {
    long keptTokens = (long) ended.trace().kept().length() * ended.program().trace().blockTokens();
    long nanos = timeNanos(ended.program(), keptTokens * (double) prefillNanosPerToken);
    kept.put(ended.call().program(), new Kept(nowNanos, nowNanos + nanos));
    return nanos;
  }

  private long timeNanos(ProgramRun program, double reloadNanos) {
    if (allGaps.isCold()) {
      return COLD_START_NANOS;
    }
    var known = gaps(program).isCold() ? allGaps : gaps(program);
    return known.best(queueingNanos * turns.regularity() + reloadNanos);
  }

  private Gaps gaps(ProgramRun program) {
    return gapsByKind.computeIfAbsent(program.trace().kind(), _ -> new Gaps());
  }
}
