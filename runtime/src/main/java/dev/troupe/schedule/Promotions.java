package dev.troupe.schedule;

import dev.troupe.program.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/// Which calls of a queue wait for promotion, and which programs are promoted.
///
/// When a call of a program starves, all the program's waiting calls are promoted, and for some time
/// those that it adds. A call once promoted stays so until it is dispatched: were it demoted when the
/// time is over, an engine slower than that time would let every promotion pass unused.
///
/// Hence the bound: a call is promoted at the latest at the instant fixed when it was added
/// ([Starvation#beginsNanos]), and after it only calls that arrived earlier can go before it.
///
/// Everything is event-driven: a step costs O(log waiting), and each call is promoted at most once.
final class Promotions {

  private final Starvation starvation;
  private final boolean wholePrograms;

  /// Waiting calls that have not starved yet. Promoted ones are among them: when they starve they
  /// promote what their program has added since.
  private final TreeSet<QueuedCall> byStarvation = new TreeSet<>(QueuedCall.BY_STARVATION);

  private final Map<Program.Id, Set<QueuedCall>> unpromoted = new HashMap<>();
  private final Map<Program.Id, Long> promotedUntilNanos = new HashMap<>();
  private final PriorityQueue<Lapse> lapses =
      new PriorityQueue<>(Comparator.comparingLong(Lapse::atNanos));

  private record Lapse(long atNanos, Program.Id program) {}

  /// @param wholePrograms whether a starving call takes its program's other calls with it
  Promotions(Starvation starvation, boolean wholePrograms) {
    this.starvation = starvation;
    this.wholePrograms = wholePrograms;
  }

  /// Takes note of a call, and promotes it where its program is.
  void added(QueuedCall call) {
    byStarvation.add(call);
    var untilNanos = promotedUntilNanos.getOrDefault(call.program(), Long.MIN_VALUE);
    if (call.arrivalNanos() < untilNanos) {
      call.promote();
    }
    if (!call.isPromoted()) {
      unpromoted.computeIfAbsent(call.program(), _ -> new HashSet<>()).add(call);
    }
  }

  void removed(QueuedCall call) {
    byStarvation.remove(call);
    noLongerUnpromoted(call);
  }

  /// The calls to promote at that time; the caller does.
  List<QueuedCall> due(long nowNanos) {
    var due = new ArrayList<QueuedCall>();
    while (!byStarvation.isEmpty() && byStarvation.first().starvesAtNanos() <= nowNanos) {
      var starving = byStarvation.removeFirst();
      if (wholePrograms) {
        promoteProgram(starving, due);
      } else if (!starving.isPromoted()) {
        noLongerUnpromoted(starving);
        due.add(starving);
      }
    }
    forgetLapsed(nowNanos);
    return due;
  }

  boolean isPromoted(Program.Id program, long nowNanos) {
    return nowNanos < promotedUntilNanos.getOrDefault(program, Long.MIN_VALUE);
  }

  private void promoteProgram(QueuedCall starving, List<QueuedCall> due) {
    var program = starving.program();
    long untilNanos = starving.starvesAtNanos() + starvation.promotionNanos();
    untilNanos = promotedUntilNanos.merge(program, untilNanos, Math::max);
    lapses.add(new Lapse(untilNanos, program));
    for (var sibling : List.copyOf(unpromoted.getOrDefault(program, Set.of()))) {
      if (sibling.arrivalNanos() < untilNanos) {
        noLongerUnpromoted(sibling);
        due.add(sibling);
      }
    }
  }

  private void noLongerUnpromoted(QueuedCall call) {
    var calls = unpromoted.getOrDefault(call.program(), Set.of());
    if (calls.contains(call)) {
      calls.remove(call);
      if (calls.isEmpty()) {
        unpromoted.remove(call.program());
      }
    }
  }

  private void forgetLapsed(long nowNanos) {
    while (!lapses.isEmpty() && lapses.peek().atNanos() <= nowNanos) {
      var program = lapses.remove().program();
      if (promotedUntilNanos.getOrDefault(program, Long.MAX_VALUE) <= nowNanos) {
        promotedUntilNanos.remove(program);
      }
    }
  }

  /// Calls not promoted yet. For checks; O(programs).
  int unpromoted() {
    return unpromoted.values().stream().mapToInt(Set::size).sum();
  }

  /// Calls that have not starved yet. For checks.
  int notStarved() {
    return byStarvation.size();
  }
}
