package dev.troupe.simulation;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramRecord;
import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One program under way in a simulation: its record as a node keeps it, and which of its calls can
/// begin. Confined.
final class ProgramRun {

  private final ProgramTrace trace;
  private final Program.Id id;
  private final ProgramRecord record;
  private final RemainingWork remaining;
  private final int[] openParents;
  // By position, the calls that name a call as a parent.
  private final List<List<Integer>> children;
  private final @Nullable CallRun[] runs;
  private final KnownBlocks known = new KnownBlocks();
  private int issued;
  private int ended;
  private long endNanos;

  ProgramRun(ProgramTrace trace, Program.Id id, ProgramRecord record, RemainingWork remaining) {
    this.trace = trace;
    this.id = id;
    this.record = record;
    this.remaining = remaining;
    this.openParents = trace.calls().stream().mapToInt(call -> call.parents().size()).toArray();
    this.children = children(trace);
    this.runs = new CallRun[trace.calls().size()];
  }

  private static List<List<Integer>> children(ProgramTrace trace) {
    var children = new ArrayList<List<Integer>>(trace.calls().size());
    for (int at = 0; at < trace.calls().size(); at++) {
      children.add(new ArrayList<>(1));
      for (int parent : trace.calls().get(at).parents()) {
        children.get(parent).add(at);
      }
    }
    return children;
  }

  ProgramTrace trace() {
    return trace;
  }

  Program.Id id() {
    return id;
  }

  ProgramRecord record() {
    return record;
  }

  /// What only a clairvoyant knows.
  RemainingWork remaining() {
    return remaining;
  }

  /// How many calls are to be issued still.
  int unissued() {
    return runs.length - issued;
  }

  /// One of its calls, as a caller would make it.
  ///
  /// @param outputTokens reckoned for it
  /// @param namesParents whether it tells which calls it follows
  Call call(int position, int outputTokens, boolean namesParents) {
    var call = trace.calls().get(position);
    return new Call(
        callId(position),
        id,
        Simulator.POOL,
        call.promptTokens(),
        outputTokens,
        PromptChains.of(call.prompt(), trace.blockTokens()),
        namesParents ? call.parents().stream().map(this::callId).toList() : List.of());
  }

  private Call.Id callId(int position) {
    return new Call.Id(id.value() + "/" + position);
  }

  /// The calls without parents.
  List<Integer> first() {
    var first = new ArrayList<Integer>();
    for (int at = 0; at < openParents.length; at++) {
      if (openParents[at] == 0) {
        first.add(at);
      }
    }
    return first;
  }

  void issued(CallRun call) {
    issued++;
    runs[call.position()] = call;
  }

  /// A call has ended.
  ///
  /// @return the calls whose last open parent it was
  List<Integer> ended(CallRun call, long nowNanos) {
    ended++;
    endNanos = nowNanos;
    remaining.ended(call.position());
    known.add(call.trace().kept());
    var ready = new ArrayList<Integer>();
    for (int child : children.get(call.position())) {
      if (--openParents[child] == 0) {
        ready.add(child);
      }
    }
    return ready;
  }

  /// Tokens that a prompt begins with and that calls of this program which have ended left in a cache;
  /// but for the prompt's last, which an engine computes even so.
  int knownTokens(CallTrace call) {
    return Math.min(call.promptTokens() - 1, known.leading(call.prompt()) * trace.blockTokens());
  }

  boolean hasChildren(CallRun call) {
    return !children.get(call.position()).isEmpty();
  }

  boolean isOver() {
    return ended == runs.length;
  }

  ProgramOutcome outcome() {
    var calls = new ArrayList<ProgramOutcome.CallOutcome>(runs.length);
    long waitedNanos = 0;
    long promptTokens = 0;
    long cachedTokens = 0;
    long outputTokens = 0;
    for (var each : runs) {
      var run = Objects.requireNonNull(each);
      calls.add(run.outcome());
      waitedNanos += run.waitedNanos();
      promptTokens += run.trace().promptTokens();
      cachedTokens += run.cachedTokens();
      outputTokens += run.trace().outputTokens();
    }
    return new ProgramOutcome(
        trace.id(),
        trace.kind(),
        trace.tenant(),
        trace.arrivalNanos(),
        endNanos,
        waitedNanos,
        record.standing().attainedNanos(),
        promptTokens,
        cachedTokens,
        outputTokens,
        calls);
  }
}
