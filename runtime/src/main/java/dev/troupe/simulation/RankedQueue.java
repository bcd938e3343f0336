package dev.troupe.simulation;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Waiting;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/// Waiting calls in the order of a rank that may change at any time: it is reckoned anew for each
/// call whenever calls are taken. O(waiting). For baselines; queues that ship are in
/// `dev.troupe.schedule`.
final class RankedQueue implements CallQueue {

  private final Ranking ranking;
  private final Map<Call.Id, Waiting> waiting = new LinkedHashMap<>();

  /// The lowest rank goes first; equal ranks in order of arrival.
  interface Ranking {

    double rank(Waiting waiting, long nowNanos);

    /// Called before ranks are asked for, with all calls that wait.
    default void prepare(Iterable<Waiting> waiting, long nowNanos) {}
  }

  private record Ranked(double rank, Waiting waiting) {}

  private static final Comparator<Ranked> ORDER =
      Comparator.comparingDouble(Ranked::rank)
          .thenComparingLong(ranked -> ranked.waiting().arrivalNanos())
          .thenComparing(ranked -> ranked.waiting().call().id().value());

  RankedQueue(Ranking ranking) {
    this.ranking = ranking;
  }

  @Override
  public void add(Waiting call) {
    if (waiting.putIfAbsent(call.call().id(), call) != null) {
      throw new IllegalArgumentException("already waiting: " + call.call().id());
    }
  }

  @Override
  public void putBack(Next taken) {
    add(taken.waiting());
  }

  @Override
  public Iterator<Next> inOrder(long nowNanos) {
    ranking.prepare(waiting.values(), nowNanos);
    var ranked = new PriorityQueue<>(Math.max(1, waiting.size()), ORDER);
    waiting.values().forEach(call -> ranked.add(new Ranked(ranking.rank(call, nowNanos), call)));
    return new Iterator<>() {
      private Optional<Waiting> latest = Optional.empty();

      @Override
      public boolean hasNext() {
        return !ranked.isEmpty();
      }

      @Override
      public Next next() {
        latest = Optional.of(ranked.remove().waiting());
        return new Next(latest.get(), 0, false);
      }

      @Override
      public void remove() {
        waiting.remove(latest.orElseThrow(IllegalStateException::new).call().id());
        latest = Optional.empty();
      }
    };
  }

  @Override
  public Optional<Waiting> remove(Call.Id call) {
    return Optional.ofNullable(waiting.remove(call));
  }

  @Override
  public boolean contains(Call.Id call) {
    return waiting.containsKey(call);
  }

  @Override
  public int size() {
    return waiting.size();
  }

  @Override
  public List<Integer> sizes() {
    return List.of(waiting.size());
  }

  @Override
  public int ahead(Waiting call) {
    return waiting.size();
  }

  @Override
  public OptionalLong oldestArrivalNanos() {
    return waiting.values().stream().mapToLong(Waiting::arrivalNanos).min();
  }

  @Override
  public boolean isPromoted(Program.Id program, long nowNanos) {
    return false;
  }
}
