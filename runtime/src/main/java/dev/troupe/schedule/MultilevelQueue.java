package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/// Serves the calls with the least service first, by levels; within a level in order of arrival.
///
/// Which service counts is the [Discipline]'s. A call keeps the level it joins, except that a
/// starving program's calls move to level 0; see [Starvation] and [Promotions].
///
/// | quantity | unit                                                        |
/// |----------|-------------------------------------------------------------|
/// | service  | nanoseconds of engine time; waiting is excluded             |
/// | waiting  | nanoseconds between the call's arrival and now              |
///
/// `add`, `poll`, `remove` and a step of `inOrder` are O(log waiting); a promotion is O(log waiting)
/// for each call it moves, and a call is moved at most once.
///
/// Luo et al., [Autellix: An Efficient Serving Engine for LLM Agents as General
/// Programs](https://arxiv.org/abs/2502.13965). Unlike the paper, a running call is neither demoted
/// nor preempted: once dispatched, it is the engine's.
public final class MultilevelQueue implements CallQueue {

  private static final long NEVER_NANOS = Long.MAX_VALUE;

  private final Discipline discipline;
  private final Levels levels;
  private final Starvation starvation;
  private final List<TreeSet<QueuedCall>> calls = new ArrayList<>();
  private final Map<Call.Id, QueuedCall> byId = new HashMap<>();
  private final Promotions promotions;

  public MultilevelQueue(Discipline discipline, Levels levels, Starvation starvation) {
    this.discipline = discipline;
    this.levels = discipline.hasLevels() ? levels : Levels.ONE;
    this.starvation = starvation;
    this.promotions = new Promotions(starvation, discipline.promotesPrograms());
    for (int level = 0; level < this.levels.count(); level++) {
      calls.add(new TreeSet<>(QueuedCall.BY_ARRIVAL));
    }
  }

  @Override
  public void add(Waiting waiting) {
    add(waiting, false);
  }

  @Override
  public void putBack(Next taken) {
    add(taken.waiting(), taken.promoted());
  }

  private void add(Waiting waiting, boolean isPromoted) {
    var call = new QueuedCall(waiting, levelOf(waiting), starvesAtNanos(waiting));
    if (byId.putIfAbsent(call.id(), call) != null) {
      throw new IllegalArgumentException("already waiting: " + call.id());
    }
    if (isPromoted) {
      call.promote();
    }
    if (discipline.hasLevels()) {
      promotions.added(call);
    }
    calls.get(call.level()).add(call);
  }

  @Override
  public Iterator<Next> inOrder(long nowNanos) {
    for (var call : promotions.due(nowNanos)) {
      calls.get(call.level()).remove(call);
      call.promote();
      calls.getFirst().add(call);
    }
    return new InOrder();
  }

  @Override
  public Optional<Waiting> remove(Call.Id id) {
    var call = byId.remove(id);
    if (call == null) {
      return Optional.empty();
    }
    calls.get(call.level()).remove(call);
    promotions.removed(call);
    return Optional.of(call.waiting());
  }

  @Override
  public boolean contains(Call.Id call) {
    return byId.containsKey(call);
  }

  @Override
  public int size() {
    return byId.size();
  }

  @Override
  public List<Integer> sizes() {
    return calls.stream().map(TreeSet::size).toList();
  }

  @Override
  public int ahead(Waiting waiting) {
    int ahead = 0;
    for (int level = 0; level <= levelOf(waiting); level++) {
      ahead += calls.get(level).size();
    }
    return ahead;
  }

  @Override
  public OptionalLong oldestArrivalNanos() {
    return calls.stream()
        .filter(level -> !level.isEmpty())
        .mapToLong(level -> level.first().arrivalNanos())
        .min();
  }

  @Override
  public boolean isPromoted(Program.Id program, long nowNanos) {
    return promotions.isPromoted(program, nowNanos);
  }

  private int levelOf(Waiting waiting) {
    return levels.of(discipline.serviceNanos(waiting.priority()));
  }

  private long starvesAtNanos(Waiting waiting) {
    if (!discipline.hasLevels()) {
      return NEVER_NANOS;
    }
    var priority = waiting.priority();
    return starvation.beginsNanos(
        waiting.arrivalNanos(),
        discipline.receivedNanos(priority),
        discipline.earlierWaitNanos(priority));
  }

  /// Fails when the indices disagree. For tests.
  void checkInvariants() {
    int inLevels = 0;
    int unpromoted = 0;
    for (int level = 0; level < calls.size(); level++) {
      inLevels += calls.get(level).size();
      for (var call : calls.get(level)) {
        check(call.level() == level, "a call stands in the level it says", call);
        check(byId.get(call.id()) == call, "a call in a level is found by its id", call);
        check(!call.isPromoted() || level == 0, "a promoted call is in level 0", call);
        unpromoted += call.isPromoted() ? 0 : 1;
      }
    }
    check(inLevels == byId.size(), "each call stands in one level", inLevels);
    if (discipline.hasLevels()) {
      check(promotions.unpromoted() == unpromoted, "programs know their calls", byId);
      check(promotions.notStarved() <= byId.size(), "only waiting calls may starve", byId);
    }
  }

  private static void check(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalStateException("violated: " + rule + ": " + value);
    }
  }

  private final class InOrder implements Iterator<Next> {
    private int level;
    private Iterator<QueuedCall> inLevel = calls.getFirst().iterator();
    private Optional<QueuedCall> latest = Optional.empty();

    @Override
    public boolean hasNext() {
      return inLevel.hasNext() || followingLevel() < calls.size();
    }

    @Override
    public Next next() {
      if (!inLevel.hasNext()) {
        level = followingLevel();
        if (level == calls.size()) {
          throw new NoSuchElementException();
        }
        inLevel = calls.get(level).iterator();
      }
      var call = inLevel.next();
      latest = Optional.of(call);
      return call.next();
    }

    @Override
    public void remove() {
      var call = latest.orElseThrow(IllegalStateException::new);
      latest = Optional.empty();
      inLevel.remove();
      byId.remove(call.id());
      promotions.removed(call);
    }

    private int followingLevel() {
      int following = level + 1;
      while (following < calls.size() && calls.get(following).isEmpty()) {
        following++;
      }
      return Math.min(following, calls.size());
    }
  }
}
