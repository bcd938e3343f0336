package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/// Waiting calls in the order of what they still cost an engine, less what they have waited.
///
/// ```
/// cost = prefill time of the uncached prompt tokens
///      + output tokens × (a share of the decode time + prompt tokens × KV read time)
///      + attained weight × service of the program so far
///      − aging × time waited
/// ```
///
/// Uncached are the tokens beyond what the warmest engine holds. So a program whose KV cache is there
/// goes before one whose cache is gone and would push others out: few programs' caches are in use at
/// a time, and they stay. Among cold calls short prompts go first, as shortest job first does.
///
/// Aging bounds the wait: a call is overtaken only by calls that arrive within `cost ÷ aging` of it,
/// what its program has received included.
/// All waiting calls age alike, so their order does not change with time, and a place in it is
/// `cost + aging × arrival`. It does change with the caches. A call that stands first is looked at
/// again before it is given out, and with every question so are [#LOOKED_AT] of the others in turn.
///
/// Shortest job first with known lengths: Schrage, [The queue M/G/1 with the shortest remaining
/// processing time discipline](https://doi.org/10.1287/opre.16.3.687); waiting set against length:
/// Kleinrock, [Queueing Systems, vol. 2](https://dl.acm.org/doi/10.5555/1098664), section 3.6.
///
/// Methods are O(log waiting + length of the prefix chain), and so is each step in order but where
/// caches were lost: each call met there that has become dearer is moved once.
final class LeastCostQueue implements CallQueue {

  /// Calls that are looked at again, with each question for the order.
  private static final int LOOKED_AT = 4;

  private static final Comparator<Entry> BY_COST =
      Comparator.<Entry>comparingDouble(entry -> entry.place)
          .thenComparingLong(entry -> entry.waiting.arrivalNanos())
          .thenComparing(Entry::id);

  private static final Comparator<Entry> BY_ARRIVAL =
      Comparator.<Entry>comparingLong(entry -> entry.waiting.arrivalNanos())
          .thenComparing(Entry::id);

  private final CostSettings settings;
  private final Warmth warmth;
  // Least recently looked at first.
  private final LinkedHashMap<Call.Id, Entry> entries = new LinkedHashMap<>();
  private final TreeSet<Entry> byCost = new TreeSet<>(BY_COST);
  private final TreeSet<Entry> byArrival = new TreeSet<>(BY_ARRIVAL);

  private static final class Entry {

    private final Waiting waiting;
    private double place;

    Entry(Waiting waiting) {
      this.waiting = waiting;
    }

    String id() {
      return waiting.call().id().value();
    }

    Next next() {
      return new Next(waiting, 0, false);
    }
  }

  LeastCostQueue(CostSettings settings, Warmth warmth) {
    this.settings = settings;
    this.warmth = warmth;
  }

  @Override
  public void add(Waiting waiting) {
    var entry = new Entry(waiting);
    if (entries.putIfAbsent(waiting.call().id(), entry) != null) {
      throw new IllegalArgumentException("already waiting: " + waiting.call().id());
    }
    entry.place = place(waiting);
    byCost.add(entry);
    byArrival.add(entry);
  }

  @Override
  public void putBack(Next taken) {
    add(taken.waiting());
  }

  @Override
  public Iterator<Next> inOrder(long nowNanos) {
    lookAtSome();
    return new InOrder();
  }

  @Override
  public Optional<Waiting> remove(Call.Id call) {
    var entry = Optional.ofNullable(entries.remove(call));
    entry.ifPresent(gone -> {
      byCost.remove(gone);
      byArrival.remove(gone);
    });
    return entry.map(gone -> gone.waiting);
  }

  @Override
  public boolean contains(Call.Id call) {
    return entries.containsKey(call);
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public List<Integer> sizes() {
    return List.of(size());
  }

  /// All that wait: how many are cheaper would take O(waiting) to count.
  @Override
  public int ahead(Waiting waiting) {
    return size();
  }

  @Override
  public OptionalLong oldestArrivalNanos() {
    return byArrival.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(byArrival.first().waiting.arrivalNanos());
  }

  /// Nobody is promoted: waiting counts at any time.
  @Override
  public boolean isPromoted(Program.Id program, long nowNanos) {
    return false;
  }

  private double place(Waiting waiting) {
    var call = waiting.call();
    int cached = warmth.mostCachedTokens(call.prefix());
    return settings.callNanos(call.promptTokens(), cached, call.outputTokens())
        + settings.attainedWeight() * waiting.priority().attainedNanos()
        + settings.aging() * waiting.arrivalNanos();
  }

  private void lookAtSome() {
    for (int looked = 0; looked < Math.min(LOOKED_AT, entries.size()); looked++) {
      var next = entries.pollFirstEntry();
      move(next.getValue(), place(next.getValue().waiting));
      entries.putLast(next.getKey(), next.getValue());
    }
  }

  private void move(Entry entry, double place) {
    if (place != entry.place) {
      byCost.remove(entry);
      entry.place = place;
      byCost.add(entry);
    }
  }

  /// Calls in order. One that has become dearer since it was looked at goes back to where it belongs
  /// and is met there; one that has become cheaper is met where it stands.
  private final class InOrder implements Iterator<Next> {

    private Optional<Entry> latest = Optional.empty();

    @Override
    public boolean hasNext() {
      return following().isPresent();
    }

    @Override
    public Next next() {
      var entry = following().orElseThrow(NoSuchElementException::new);
      double place = place(entry.waiting);
      while (place > entry.place) {
        move(entry, place);
        entry = following().orElseThrow();
        place = place(entry.waiting);
      }
      latest = Optional.of(entry);
      return entry.next();
    }

    @Override
    public void remove() {
      LeastCostQueue.this.remove(
          latest.orElseThrow(IllegalStateException::new).waiting.call().id());
    }

    private Optional<Entry> following() {
      return Optional.ofNullable(
          latest.isEmpty()
              ? byCost.isEmpty() ? null : byCost.first()
              : byCost.higher(latest.get()));
    }
  }
}
