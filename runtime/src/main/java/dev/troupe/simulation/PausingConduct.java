package dev.troupe.simulation;

import dev.troupe.program.Program;
import dev.troupe.program.Usage;
import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Discipline;
import dev.troupe.schedule.Warmth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Whole programs are paused and restored so that what they hold in KV caches fits the engines.
///
/// ```
/// used    = Σ tokens of active programs + 100 × active programs
/// pause   when used > capacity: those at their tools first, then the others at their next call;
///         smallest first, since recomputing costs the square of the length
/// restore in order: calls beyond the first, new programs, those at their tools; smallest first,
///         while there is room
/// ```
///
/// Looked at every 5 s. A program at its tools counts half as much for every second it is there when
/// room for others is sought. A new program waits when anyone waits, and nobody for longer than
/// 1,800 s.
///
/// [ThunderAgent](https://arxiv.org/abs/2602.13692); the controller of its published code. There each
/// engine has an account of its own, and tokens that programs share count once; here one account has
/// the capacity of all, the placement decides which engine, and what is shared counts for each.
final class PausingConduct implements Conduct {

  private static final long TICK_NANOS = 5_000_000_000L;
  private static final long LONGEST_NANOS = 1_800_000_000_000L;
  private static final long BUFFER_TOKENS = 100;

  private final CallQueue queue;
  private final long capacityTokens;
  private final Map<Program.Id, Entry> entries = new LinkedHashMap<>();

  private static final class Entry {
    private final List<CallRun> keptOut = new ArrayList<>();
    private boolean isActive;
    private int openCalls;
    private int calls;
    private long tokens;
    private long idleSinceNanos;

    boolean isActing() {
      return openCalls == 0;
    }

    long tokensFor(long nowNanos, boolean decays) {
      double seconds = (nowNanos - idleSinceNanos) / 1e9;
      return isActing() && decays ? (long) (tokens * Math.pow(2, -seconds)) : tokens;
    }

    int restoreRank() {
      if (keptOut.isEmpty()) {
        return 2;
      }
      return calls > 0 ? 0 : 1;
    }
  }

  PausingConduct(Policy.Surroundings around) {
    this.queue = around.settings().schedule().with(Discipline.FCFS).newQueue(Warmth.COLD);
    this.capacityTokens = around.engines() * around.kvCapacityTokens();
  }

  @Override
  public CallQueue queue(Warmth warmth) {
    return queue;
  }

  @Override
  public void arrived(ProgramRun program, long nowNanos) {
    entries.put(program.id(), new Entry());
  }

  @Override
  public boolean admits(CallRun call, long nowNanos) {
    var entry = entry(call);
    long needed = call.call().kvTokens();
    if (!entry.isActive && entry.calls == 0 && !isAnyoneKeptOut() && fits(needed, nowNanos)) {
      entry.isActive = true;
    }
    if (!entry.isActive) {
      entry.keptOut.add(call);
      entry.tokens = Math.max(entry.tokens, needed);
      return false;
    }
    begin(entry, call);
    return true;
  }

  @Override
  public void ended(CallRun call, Usage usage, long serviceNanos, long nowNanos) {
    var entry = entry(call);
    entry.openCalls--;
    entry.tokens = usage.promptTokens() + usage.outputTokens();
    entry.idleSinceNanos = nowNanos;
  }

  @Override
  public void over(ProgramRun program, long nowNanos) {
    entries.remove(program.id());
  }

  @Override
  public OptionalLong tickNanos() {
    return OptionalLong.of(TICK_NANOS);
  }

  @Override
  public List<CallRun> tick(long nowNanos) {
    var released = restore(nowNanos);
    pause(nowNanos);
    return released;
  }

  private List<CallRun> restore(long nowNanos) {
    var released = new ArrayList<CallRun>();
    var paused =
        entries.values().stream()
            .filter(entry -> !entry.isActive)
            .sorted(
                Comparator.comparingInt(Entry::restoreRank)
                    .thenComparingLong(entry -> entry.tokens))
            .toList();
    for (var entry : paused) {
      boolean isOverdue =
          !entry.keptOut.isEmpty()
              && nowNanos - entry.keptOut.getFirst().readyNanos() > LONGEST_NANOS;
      if (isOverdue || fits(entry.tokens, nowNanos)) {
        entry.isActive = true;
        for (var call : entry.keptOut) {
          begin(entry, call);
          released.add(call);
        }
        entry.keptOut.clear();
      }
    }
    return released;
  }

  private void pause(long nowNanos) {
    // Those that are paused already and still run are going to make room.
    long leaving =
        entries.values().stream()
            .filter(entry -> !entry.isActive && !entry.isActing())
            .mapToLong(entry -> entry.tokens + BUFFER_TOKENS)
            .sum();
    long over = used(nowNanos, false) - leaving - capacityTokens;
    var active =
        entries.values().stream()
            .filter(entry -> entry.isActive)
            .sorted(
                Comparator.comparing((Entry entry) -> !entry.isActing())
                    .thenComparingLong(entry -> entry.tokens))
            .toList();
    for (var entry : active) {
      if (over <= 0) {
        return;
      }
      // One whose call runs is kept out from its next call on.
      entry.isActive = false;
      over -= entry.tokens + BUFFER_TOKENS;
    }
  }

  private void begin(Entry entry, CallRun call) {
    entry.openCalls++;
    entry.calls++;
    entry.tokens = Math.max(entry.tokens, call.call().kvTokens());
  }

  private boolean isAnyoneKeptOut() {
    return entries.values().stream().anyMatch(entry -> !entry.keptOut.isEmpty());
  }

  private boolean fits(long tokens, long nowNanos) {
    long used = used(nowNanos, true);
    // Alone, even one that is larger than all engines may run.
    return used == 0 || used + tokens + BUFFER_TOKENS <= capacityTokens;
  }

  private long used(long nowNanos, boolean decays) {
    return entries.values().stream()
        .filter(entry -> entry.isActive || !entry.isActing())
        .mapToLong(entry -> entry.tokensFor(nowNanos, decays) + BUFFER_TOKENS)
        .sum();
  }

  private Entry entry(CallRun call) {
    var entry = entries.get(call.call().program());
    if (entry == null) {
      throw new IllegalStateException("no such program: " + call.call().program());
    }
    return entry;
  }
}
